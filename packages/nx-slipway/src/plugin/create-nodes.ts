import type { CreateNodes } from '@nx/devkit';
import { hostPlatformOf } from '../artifact/host-platform';
import { resolveMachineStore } from '../artifact/machine-paths';
import { addUnseenInputs } from './add-unseen-inputs';
import { HOUR_MS } from '../build-context/refresh-epoch';
import { BUILD_ID } from './build-id';
import { openContextFiles } from './context-files';
import { INFERENCE_GLOB } from './find-projects';
import { inferFromFailure } from './infer-from-failure';
import type { InferredProject } from './infer-projects';
import { inferThroughCache } from './infer-through-cache';
import { openInferenceCache } from './open-inference-cache';
import { openWorkspaceFiles } from './open-workspace-files';
import { normalizePluginOptions } from './plugin-options';

/**
 * Infers the targets of this plugin. Called by Nx for all files at once. Never throws and prints nothing, since either would
 * fail or spoil every command of Nx: what is wrong becomes a target that reports it when it is run.
 */
export const createNodes: CreateNodes = [
  INFERENCE_GLOB,
  (paths, options, { nxJsonConfiguration, workspaceRoot }) => {
    const pluginOptions = normalizePluginOptions(options);
    const files = openWorkspaceFiles(workspaceRoot, paths);
    try {
      const { targetDefaults } = nxJsonConfiguration;
      const platform = hostPlatformOf(process.arch);
      const contexts = openContextFiles({ workspaceRoot, machineStore: resolveMachineStore(process.env), clock: Date });
      const hour = Math.floor(Date.now() / HOUR_MS);
      const request = { files, contexts, pluginOptions, targetDefaults, platform, hour, buildId: BUILD_ID };
      const projects = inferThroughCache(request, openInferenceCache(workspaceRoot, process.env));
      const complete = projects.map((project) => addUnseenInputs(project, contexts));
      contexts.save();
      return complete.map(toNodes);
    } catch (error) {
      return inferFromFailure(error, files.paths, pluginOptions.options).map(toNodes);
    }
  },
];

/** The same under the name that Nx before 23 looks for first. */
export const createNodesV2 = createNodes;

type Nodes = readonly [string, { projects: Record<string, { name?: string; targets: InferredProject['targets'] }> }];

function toNodes({ configFile, root, name, targets }: Omit<InferredProject, 'unseenIn'>): Nodes {
  return [configFile, { projects: { [root]: { ...(name === '' ? {} : { name }), targets } } }];
}
