import { createPodmanCluster } from '../../clusters/podman/podman-cluster';
import { listPodmanClusters, type FoundCluster } from '../../clusters/podman/list-clusters';
import { createPodmanImageStore } from '../../engines/podman/podman-image-store';
import type { GarbageGround } from './collect-images';
import type { Collector, GarbageItem } from './collector';

/** A cluster to take down. */
interface ClusterItem extends GarbageItem {
  readonly cluster: FoundCluster;
}

const DAY_MS = 86_400_000;

/**
 * Collects podman clusters in which no process runs and that were not used for long: their pods, volumes, networks and folders; and those whose
 * machine store is gone, which nobody can use. A cluster with a running process stays in any case.
 */
export function createClusterCollector({ machineStore, unusedSinceMs, tools }: GarbageGround): Collector<ClusterItem> {
  return {
    title: 'podman clusters',
    async find() {
      const clusters = (await listPodmanClusters(machineStore, tools)) ?? [];
      return clusters.flatMap((cluster) => {
        const reason = findReason(cluster, unusedSinceMs, tools.clock.now());
        return reason === undefined ? [] : [{ name: cluster.name, reason, cluster }];
      });
    },
    async remove({ cluster }) {
      const images = createPodmanImageStore(tools);
      await createPodmanCluster({ name: cluster.name, machineStore: cluster.machineStore, images, tools }).down();
    },
  };
}

function findReason(cluster: FoundCluster, unusedSinceMs: number, nowMs: number): string | undefined {
  if (cluster.isRunning) return undefined;
  if (cluster.usedAtMs === undefined)
    return `no process of it runs, and its machine store ${cluster.machineStore} is gone`;
  if (cluster.usedAtMs >= unusedSinceMs) return undefined;
  return `no process of it runs; last deployed to ${Math.floor((nowMs - cluster.usedAtMs) / DAY_MS)} days ago`;
}
