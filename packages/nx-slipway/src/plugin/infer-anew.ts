import type { CreateNodesResultArray } from '@nx/devkit';
import { resolveMachineStore } from '../artifact/machine-paths';
import { addUnseenInputs } from './add-unseen-inputs';
import { openContextFiles, type ContextFiles } from './context-files';
import { inferFromFailure } from './infer-from-failure';
import { inferProjects, type InferenceRequest, type InferredProject } from './infer-projects';
import type { Inference } from './infer-through-cache';
import type { ObservedDisk } from './observed-disk';
import { openWorkspaceFiles } from './open-workspace-files';
import { normalizePluginOptions } from './plugin-options';

/** What Nx asks, and on which machine. */
export interface AnewRequest extends Pick<InferenceRequest, 'targetDefaults' | 'platform' | 'hour' | 'buildId'> {
  /** What Nx found for the plugin's glob. */
  readonly paths: readonly string[];
  /** As nx.json has them. */
  readonly options: unknown;
}

/**
 * Infers a workspace from its files. Never throws: an error that nobody foresaw becomes targets that report it, and is not kept.
 * @param workspaceRoot absolute path
 */
export function inferAnew(workspaceRoot: string, request: AnewRequest, disk: ObservedDisk): Inference {
  const { paths, options, ...settings } = request;
  const pluginOptions = normalizePluginOptions(options);
  const files = openWorkspaceFiles(workspaceRoot, paths, disk);
  try {
    const machineStore = resolveMachineStore(process.env);
    const contexts = openContextFiles({ workspaceRoot, machineStore, clock: Date, disk });
    const { observed, wasOpened } = observeTrees(contexts);
    const projects = inferProjects({ files, contexts: observed, pluginOptions, ...settings });
    const complete = projects.map((project) => addUnseenInputs(project, contexts));
    contexts.save();
    return { nodes: complete.map(toNodes), isComplete: !wasOpened() };
  } catch (error) {
    return { nodes: inferFromFailure(error, files.paths, pluginOptions.options).map(toNodes), isComplete: false };
  }
}

/** Narrowing looks at whole build contexts: what is read of files in them is not asked of the disk that remembers. */
function observeTrees(contexts: ContextFiles): { readonly observed: ContextFiles; readonly wasOpened: () => boolean } {
  let trees = 0;
  const openTree: ContextFiles['openTree'] = (request) => {
    trees++;
    return contexts.openTree(request);
  };
  return { observed: { ...contexts, openTree }, wasOpened: () => trees > 0 };
}

function toNodes({
  configFile,
  root,
  name,
  targets,
}: Omit<InferredProject, 'unseenIn'>): CreateNodesResultArray[number] {
  return [configFile, { projects: { [root]: { ...(name === '' ? {} : { name }), targets } } }];
}
