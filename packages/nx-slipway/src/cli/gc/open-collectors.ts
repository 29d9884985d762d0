import { resolveMachineStore } from '../../artifact/machine-paths';
import { openOwnImages } from '../../engines/open-own-images';
import type { Tools } from '../../exec/tools';
import { ENGINES } from '../../executors/open-image-store';
import { createClusterCollector } from './collect-clusters';
import { createImageCollector } from './collect-images';
import { createMemoryCollector } from './collect-memory';
import { createWorkspaceCollector } from './collect-workspaces';
import type { Collector } from './collector';
import { openKindClusterCollectors, openKubernetesCollectors } from './open-kubernetes-collectors';

/** What collectors work with. */
export interface CollectingGround {
  /** What was made or used after this moment stays; milliseconds since the epoch. */
  readonly unusedSinceMs: number;
  readonly tools: Tools;
}

/**
 * Every collector, in the order in which they work: what lets go of others comes first. Each is opened when its turn comes, so that nobody looks into what an
 * earlier one has removed.
 */
export function* openCollectors({ unusedSinceMs, tools }: CollectingGround): Generator<Collector, void, void> {
  const machineStore = resolveMachineStore(tools.env);
  const ground = { machineStore, unusedSinceMs, tools };
  yield createClusterCollector(ground);
  yield* openKindClusterCollectors(machineStore, tools);
  yield* openKubernetesCollectors(machineStore, tools);
  for (const engine of ENGINES) yield createImageCollector(openOwnImages(engine, tools), ground);
  yield createMemoryCollector(ground);
  yield createWorkspaceCollector(ground);
}
