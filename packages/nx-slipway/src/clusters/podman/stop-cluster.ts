import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { withClusterLock, type ClusterTools } from './cluster-tools';
import { clusterFilter } from './podman-labels';
import { findNetwork } from './start-cluster';

/**
 * Afterwards nothing of this cluster is left: pods, containers, volumes, network, folder. Found by label, so that it works
 * whatever became of the cluster's memory. Never touches anything without that label.
 * @returns what was removed, one line each
 * @throws {SlipwayError} CLUSTER_NAME_TAKEN
 */
export async function stopCluster(edge: ClusterTools): Promise<string[]> {
  return withClusterLock(edge, async () => {
    const network = await findNetwork(edge);
    const removed = [
      ...(await removeAll(
        ['pod', 'ps'],
        '{{.Name}}',
        ['pod', 'rm', '--force', '--ignore', '--time', '0'],
        'pod',
        edge,
      )),
      ...(await removeAll(
        ['ps', '--all'],
        '{{.Names}}',
        ['rm', '--force', '--ignore', '--time', '0'],
        'container',
        edge,
      )),
      ...(await removeAll(['volume', 'ls'], '{{.Name}}', ['volume', 'rm', '--force'], 'volume', edge)),
    ];
    if (network) {
      await edge.podman.remove(['network', 'rm', '--force', edge.cluster]);
      removed.push(`network ${edge.cluster}`);
    }
    if (existsSync(edge.paths.folder)) {
      await rm(edge.paths.folder, { recursive: true, force: true });
      removed.push(`folder ${edge.paths.folder}`);
    }
    return removed;
  });
}

async function removeAll(
  list: readonly string[],
  format: string,
  remove: readonly string[],
  kind: string,
  { cluster, podman }: ClusterTools,
): Promise<string[]> {
  const { stdout } = await podman.run([...list, ...clusterFilter(cluster), '--format', format]);
  const names = stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (names.length > 0) await podman.remove([...remove, ...names]);
  return names.map((name) => `${kind} ${name}`);
}
