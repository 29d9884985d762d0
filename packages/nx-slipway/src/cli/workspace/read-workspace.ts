import { isJsonObject, type JsonObject } from '../../artifact/json-object';
import './validate-lightly';
import { hostPlatformOf } from '../../artifact/host-platform';
import { HOUR_MS } from '../../build-context/refresh-epoch';
import { SlipwayError, type Problem } from '../../errors/slipway-error';
import { resolveTargetOptions } from '../../plugin/declared-targets';
import { findProjects, type SourceProject } from '../../plugin/find-projects';
import { INFERENCE_GLOB } from '../../plugin/inference-glob';
import { inferProjects, type InferredProject } from '../../plugin/infer-projects';
import { listWorkspaceImages, type WorkspaceImage } from '../../plugin/list-workspace-images';
import { openWorkspaceFiles } from '../../plugin/open-workspace-files';
import { normalizePluginOptions } from '../../plugin/plugin-options';
import { compileFileGlob } from './compile-file-glob';
import { listWorkspaceFiles } from './list-workspace-files';
import { openNxGlob } from './open-nx-glob';
import { readPluginRegistrations, selectFiles } from './plugin-registrations';

/** The images of a workspace, without Nx. */
export interface WorkspaceReading {
  /** Sorted by project and target; the options are those that Nx gives the executor. */
  readonly images: readonly WorkspaceImage[];
  /** Targets that can only say what is wrong with them. */
  readonly broken: readonly BrokenTarget[];
}

/** A target in whose place Nx has one that reports problems. */
export interface BrokenTarget {
  readonly project: string;
  readonly target: string;
  readonly problems: readonly Problem[];
}

const IMAGE_BUILD = 'nx-slipway:image-build';
const REPORT_PROBLEM = 'nx-slipway:report-problem';

/**
 * Lists the images of a workspace by the plugin's own inference, in this process: without Nx's graph and daemon. What other
 * plugins of Nx add to our targets is not seen.
 * @throws {SlipwayError} CONFIG_PLUGIN_UNREGISTERED
 */
export function readWorkspace(workspaceRoot: string, now = Date.now()): WorkspaceReading {
  const paths = listWorkspaceFiles(workspaceRoot, compileFileGlob(INFERENCE_GLOB));
  const files = openWorkspaceFiles(workspaceRoot, paths);
  const nxJson = files.readJson('nx.json');
  const registrations = readPluginRegistrations(nxJson);
  if (registrations.length === 0) throw new SlipwayError('CONFIG_PLUGIN_UNREGISTERED', {});
  const targetDefaults = isJsonObject(nxJson) ? nxJson['targetDefaults'] : undefined;
  const compileGlob = openNxGlob(workspaceRoot);
  const inferred = registrations.flatMap((registration) =>
    inferProjects({
      files: { ...files, paths: selectFiles(paths, registration, compileGlob) },
      pluginOptions: normalizePluginOptions(registration.options),
      targetDefaults,
      platform: hostPlatformOf(process.arch),
      hour: Math.floor(now / HOUR_MS),
      buildId: undefined,
    }),
  );
  const sources = registrations.flatMap((registration) => {
    const { options } = normalizePluginOptions(registration.options);
    return findProjects({ files, options, targetDefaults });
  });
  const projects = mergeProjects(inferred, sources);
  return {
    images: listWorkspaceImages(resolveProjects(projects, targetDefaults)),
    broken: projects.flatMap(listBrokenTargets),
  };
}

interface MergedProject {
  readonly name: string;
  readonly root: string;
  readonly source: SourceProject | undefined;
  readonly targets: Readonly<Record<string, MergedTarget>>;
}

interface MergedTarget {
  readonly executor: string | undefined;
  readonly options: JsonObject;
}

/** Of two registrations that infer the same target Nx takes the later one's options over the earlier one's. */
function mergeProjects(inferred: readonly InferredProject[], sources: readonly SourceProject[]): MergedProject[] {
  const sourceByRoot = new Map(sources.map((source) => [source.root, source]));
  const merged = new Map<string, MergedProject>();
  for (const { name, root, targets } of inferred) {
    const source = sourceByRoot.get(root);
    const known = merged.get(root)?.targets ?? {};
    const own = Object.entries(targets).map(([target, { executor, options }]) => {
      const before = known[target];
      const base = before?.executor === executor ? before?.options : {};
      return [target, { executor, options: { ...base, ...(options as JsonObject) } }] as const;
    });
    merged.set(root, {
      name: source?.name ?? name,
      root,
      source,
      targets: { ...known, ...Object.fromEntries(own) },
    });
  }
  return [...merged.values()];
}

function resolveProjects(projects: readonly MergedProject[], targetDefaults: unknown) {
  return Object.fromEntries(
    projects.map((project) => {
      const targets = Object.entries(project.targets)
        .filter(([, { executor }]) => executor === IMAGE_BUILD)
        .map(([targetName, { executor, options: inferred }]) => {
          const declared = project.source?.declaredTargets[targetName];
          const request = { kind: 'image-build', targetName, inferred, declared, targetDefaults, project } as const;
          return [targetName, { executor, options: resolveTargetOptions(request) }] as const;
        });
      return [project.name, { root: project.root, targets: Object.fromEntries(targets) }] as const;
    }),
  );
}

function listBrokenTargets({ name, targets }: MergedProject): BrokenTarget[] {
  return Object.entries(targets)
    .filter(([, { executor }]) => executor === REPORT_PROBLEM)
    .map(([target, { options }]) => ({
      project: name,
      target,
      problems: options['problems'] as readonly Problem[],
    }));
}
