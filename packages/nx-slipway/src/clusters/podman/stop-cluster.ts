import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { parseClusterState } from './cluster-state';
import { withClusterLock, withOwnerLock, type ClusterTools } from './cluster-tools';
import { clusterFilter } from './podman-labels';
import { findNetwork } from './start-cluster';

/**
 * Afterwards nothing of this cluster is left: pods, containers, volumes, network, folder. Found by label, so that it works
 * whatever became of the cluster's memory. Never touches anything without that label.
 * Deploys that run meanwhile end with CLUSTER_NOT_UP; they are waited for, and what they have made until then is removed too.
 * @returns what was removed, one line each
 * @throws {SlipwayError} CLUSTER_NAME_TAKEN, CLUSTER_PODMAN_FAILED
 */
export async function stopCluster(edge: ClusterTools): Promise<string[]> {
  const { removed, owners } = await withClusterLock(edge, async () => {
    await findNetwork(edge);
    const deployed = await listOwners(edge);
    await rm(edge.paths.stateFile, { force: true });
    return { removed: await removeEverything(edge), owners: deployed };
  });
  // Not under the cluster's lock: a deploy takes it while it holds its owner's.
  for (const owner of owners) await withOwnerLock(edge, owner, () => Promise.resolve());
  const late = await withClusterLock(edge, async () =>
    // Somebody has started the cluster anew.
    existsSync(edge.paths.stateFile) ? [] : removeEverything(edge),
  );
  return [...new Set([...removed, ...late])];
}

/** Whose deploys may be running; nobody's, as far as can be told, when the cluster's memory is damaged. */
async function listOwners({ paths }: ClusterTools): Promise<string[]> {
  if (!existsSync(paths.stateFile)) return [];
  return Object.keys(parseClusterState(await readFile(paths.stateFile, 'utf8'))?.owners ?? {});
}

async function removeEverything(edge: ClusterTools): Promise<string[]> {
  const removed = [
    ...(await removeAll(['pod', 'ps'], '{{.Name}}', ['pod', 'rm', '--force', '--ignore', '--time', '0'], 'pod', edge)),
    ...(await removeAll(
      ['ps', '--all'],
      '{{.Names}}',
      ['rm', '--force', '--ignore', '--time', '0'],
      'container',
      edge,
    )),
    ...(await removeAll(['volume', 'ls'], '{{.Name}}', ['volume', 'rm', '--force'], 'volume', edge)),
  ];
  if (await findNetwork(edge)) {
    await edge.podman.remove(['network', 'rm', '--force', edge.cluster]);
    removed.push(`network ${edge.cluster}`);
  }
  if (existsSync(edge.paths.folder)) {
    await rm(edge.paths.folder, { recursive: true, force: true });
    removed.push(`folder ${edge.paths.folder}`);
  }
  return removed;
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
