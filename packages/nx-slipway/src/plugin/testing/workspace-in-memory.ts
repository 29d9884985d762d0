import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { inferProjects, type InferenceRequest, type InferredProject } from '../infer-projects';
import { readInferredWarnings } from '../inferred-warnings';
import { normalizePluginOptions } from '../plugin-options';
import type { WorkspaceFiles } from '../workspace-files';

/** A workspace's files by path; a value that is no text is written as JSON. */
export type FilesByPath = Readonly<Record<string, unknown>>;

/** Which of the files Nx's glob would find. */
const MATCHED =
  /(^|\/)((Docker|Container)file(\.[^/]*)?|[^/]*\.(Docker|Container)file|project\.json|package\.json|(k8s|manifests)\/[^/]+\.ya?ml)$|^nx\.json$/;

/** A workspace that exists in memory only. */
export function workspaceInMemory(contents: FilesByPath): WorkspaceFiles {
  const texts = new Map(
    Object.entries(contents).map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  return {
    paths: [...texts.keys()].filter((path) => MATCHED.test(path)).toSorted(),
    read: (path) => texts.get(path),
    readJson: (path) => {
      try {
        return JSON.parse(texts.get(path) ?? '') as unknown;
      } catch {
        return undefined;
      }
    },
    list: (folder) => [
      ...new Set(
        [...texts.keys()]
          .map((path) => posix.relative(folder, path))
          .filter((path) => path !== '' && !path.startsWith('../'))
          .map((path) => path.split('/')[0] ?? ''),
      ),
    ],
  };
}

/** What is inferred for a workspace in memory, on an amd64 machine. */
export function inferInMemory(
  contents: FilesByPath,
  request: { readonly options?: unknown } & Partial<Pick<InferenceRequest, 'targetDefaults' | 'buildId' | 'hour'>> = {},
): Inferred {
  const projects = inferProjects({
    files: workspaceInMemory({ 'nx.json': {}, ...contents }),
    pluginOptions: normalizePluginOptions(request.options),
    targetDefaults: request.targetDefaults,
    platform: 'linux/amd64',
    hour: request.hour ?? 0,
    buildId: request.buildId,
  });
  return {
    projects,
    target: (id) => {
      const [projectName, targetName = ''] = id.split(':');
      const target = projects.find(({ name }) => name === projectName)?.targets[targetName];
      if (!target) throw new Error(`${id} was not inferred; there are: ${listTargets(projects).join(', ')}`);
      return target;
    },
    targets: listTargets(projects),
  };
}

/** An inferred workspace, easy to ask. */
export interface Inferred {
  readonly projects: readonly InferredProject[];
  /** `project:target` of everything, sorted. */
  readonly targets: readonly string[];
  /** One target by `project:target`. */
  readonly target: (id: string) => TargetConfiguration;
}

/** Edges of a target as `project:target`. */
export function edgesOf(target: TargetConfiguration): string[] {
  return (target.dependsOn ?? []).flatMap((edge) => {
    if (typeof edge === 'string' || !Array.isArray(edge.projects)) throw new Error('an edge without explicit projects');
    return edge.projects.map((project) => `${project}:${edge.target}`);
  });
}

/** Codes of the problems that a target reports. */
export function codesOf(target: TargetConfiguration): string[] {
  expect(target).toMatchObject({ executor: 'nx-slipway:report-problem', cache: false });
  const { problems } = target.options as { problems: { code: string }[] };
  return problems.map(({ code }) => code);
}

/** Codes of what a target warns of. */
export function warningsOf(target: TargetConfiguration): string[] {
  return readInferredWarnings(target).map(({ code }) => code);
}

/** A manifest whose pod runs images. */
export function deploymentOf(...images: readonly string[]): string {
  const containers = images.map((image, index) => `        - name: c${index}\n          image: ${image}`).join('\n');
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
${containers}
`;
}

function listTargets(projects: readonly InferredProject[]): string[] {
  return projects.flatMap(({ name, targets }) => Object.keys(targets).map((target) => `${name}:${target}`)).toSorted();
}
