import { rm } from 'node:fs/promises';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { podmanNameOf } from './render-pod';

/** Afterwards these pods, their containers and what belonged to them alone are gone; volumes of claims stay. One call to podman. */
export async function removePods(
  pods: readonly ListedPod[],
  gracePeriodSeconds: number,
  { podman, paths, cluster }: ClusterTools,
): Promise<void> {
  if (pods.length === 0) return;
  const ids = pods.map(({ podId }) => podId);
  await podman.remove(['pod', 'rm', '--force', '--ignore', '--time', String(gracePeriodSeconds), ...ids]);
  for (const { namespace, name } of pods) {
    await rm(paths.podFolder(podmanNameOf(cluster, namespace, name)), { recursive: true, force: true });
  }
}
