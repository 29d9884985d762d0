import type { CreateNodes } from '@nx/devkit';
import { hostPlatformOf } from '../artifact/host-platform';
import { HOUR_MS } from '../build-context/refresh-epoch';
import { BUILD_ID } from './build-id';
import { inferThroughCache } from './infer-through-cache';
import { INFERENCE_GLOB } from './inference-glob';
import { observeDisk } from './observed-disk';
import { openInferenceCache } from './open-inference-cache';

/**
 * Infers the targets of this plugin. Called by Nx for all files at once. Never throws and prints nothing, since either would
 * fail or spoil every command of Nx: what is wrong becomes a target that reports it when it is run.
 * Loads what infers only where something changed: Nx starts a process for the plugin each time that it makes its graph without a daemon.
 */
export const createNodes: CreateNodes = [
  INFERENCE_GLOB,
  (paths, options, { nxJsonConfiguration, workspaceRoot }) => {
    const request = {
      paths: paths.toSorted(),
      options,
      targetDefaults: nxJsonConfiguration.targetDefaults,
      platform: hostPlatformOf(process.arch),
      hour: Math.floor(Date.now() / HOUR_MS),
      buildId: BUILD_ID,
    };
    const { HOME, XDG_CONFIG_HOME } = process.env;
    return inferThroughCache({
      request: { ...request, environment: { HOME, XDG_CONFIG_HOME } },
      cache: openInferenceCache(workspaceRoot, process.env),
      openDisk: () => observeDisk(workspaceRoot),
      async infer(disk) {
        const { inferAnew } = await import('./infer-anew.js');
        return inferAnew(workspaceRoot, request, disk);
      },
    });
  },
];

/** The same under the name that Nx before 23 looks for first. */
export const createNodesV2 = createNodes;
