import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { podmanNameOf } from './render-pod';

/** Afterwards these pods, their containers and what belonged to them alone are gone; volumes of claims stay. One call to podman. */
export async function removePods(
  pods: readonly ListedPod[],
  gracePeriodSeconds: number,
  edge: ClusterTools,
): Promise<void> {
  const { podman, paths, cluster } = edge;
  if (pods.length === 0) return;
  const ids = pods.map(({ podId }) => podId);
  await podman.remove(['pod', 'rm', '--force', '--ignore', '--time', String(gracePeriodSeconds), ...ids]);
  await removeRuntimeEntries(pods, edge);
  for (const { namespace, name } of pods) {
    await rm(paths.podFolder(podmanNameOf(cluster, namespace, name)), { recursive: true, force: true });
  }
}

/** runc's state of what it has started, unless podman was told of another place. */
const RUNC_STATE = '/run/runc';

/** podman 4.3 forgets a container whose process and monitor were both gone, and leaves runc's entry of it. */
async function removeRuntimeEntries(pods: readonly ListedPod[], { tools }: ClusterTools): Promise<void> {
  const ids = pods.flatMap(({ infra, containers }) => [...(infra ? [infra] : []), ...containers]).map(({ id }) => id);
  for (const id of ids.filter((candidate) => existsSync(join(RUNC_STATE, candidate)))) {
    await tools.runner.run('runc', ['delete', '--force', id], { env: tools.env });
  }
}
