import { createPodmanCluster } from '../../clusters/podman/podman-cluster';
import { listPodmanClusters, type FoundCluster } from '../../clusters/podman/list-clusters';
import { createPodmanImageStore } from '../../engines/podman/podman-image-store';
import { readGoneClusterNames } from './gone-cluster-names';
import type { GarbageGround } from './collect-images';
import type { Collector, GarbageItem } from './collector';

/** A cluster to take down. */
interface ClusterItem extends GarbageItem {
  readonly cluster: FoundCluster;
}

const DAY_MS = 86_400_000;

/**
 * Collects podman clusters in which no process runs and that were not used for long: their pods, volumes, networks and folders; and, whenever they were used,
 * those whose machine store is gone and those of a workspace that is gone, which nobody can use. A cluster with a running process stays in any case.
 */
export function createClusterCollector({ machineStore, unusedSinceMs, tools }: GarbageGround): Collector<ClusterItem> {
  return {
    title: 'podman clusters',
    async find() {
      const [clusters, gone] = await Promise.all([
        listPodmanClusters(machineStore, tools),
        readGoneClusterNames(machineStore),
      ]);
      const facts = { unusedSinceMs, nowMs: tools.clock.now(), gone };
      return (clusters ?? []).flatMap((cluster) => {
        const reason = findReason(cluster, facts);
        return reason === undefined ? [] : [{ name: cluster.name, reason, cluster }];
      });
    },
    async remove({ cluster }) {
      const images = createPodmanImageStore(tools);
      await createPodmanCluster({ name: cluster.name, machineStore: cluster.machineStore, images, tools }).down();
    },
  };
}

/** What decides about a cluster. */
interface ClusterFacts {
  readonly unusedSinceMs: number;
  readonly nowMs: number;
  /** Names of the clusters of workspaces that are gone, with the workspace. */
  readonly gone: ReadonlyMap<string, string>;
}

/** Why nobody needs a cluster; `undefined` where somebody may. Pure. */
export function findReason(
  { name, machineStore, isRunning, usedAtMs }: FoundCluster,
  { unusedSinceMs, nowMs, gone }: ClusterFacts,
): string | undefined {
  if (isRunning) return undefined;
  if (usedAtMs === undefined) return `no process of it runs, and its machine store ${machineStore} is gone`;
  const workspace = gone.get(name);
  if (workspace !== undefined) return `no process of it runs, and its workspace ${workspace} is gone`;
  if (usedAtMs >= unusedSinceMs) return undefined;
  return `no process of it runs; last deployed to ${Math.floor((nowMs - usedAtMs) / DAY_MS)} days ago`;
}
