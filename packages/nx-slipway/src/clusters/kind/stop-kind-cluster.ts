import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isSlipwayError } from '../../errors/slipway-error';
import { assessCluster } from './assess-cluster';
import { withKindLock, type KindClusterTools } from './kind-cluster-tools';
import { readKindState } from './kind-state';
import { nameTaken } from './name-taken';

/**
 * Afterwards nothing of the cluster is left: nodes, their volumes, its folder. Waits for an `up` that runs.
 * @returns what was removed, one line each
 * @throws {SlipwayError} CLUSTER_KIND_NAME_TAKEN, CLUSTER_KIND_FAILED
 */
export async function stopKindCluster(edge: KindClusterTools): Promise<string[]> {
  return withKindLock(edge, async () => {
    const [remembered, nodes] = await Promise.all([readDamagedToo(edge), edge.nodes.list()]);
    // A damaged state is still one that this machine store wrote.
    if (remembered !== 'damaged' && assessCluster(remembered, nodes).status === 'foreign') throw nameTaken(nodes, edge);
    const hadFolder = existsSync(edge.paths.folder);
    if (nodes.length > 0 || hadFolder) await deleteKindCluster(edge);
    return [...nodes.map(({ name }) => `node ${name}`), ...(hadFolder ? [`folder ${edge.paths.folder}`] : [])];
  });
}

/** Removes nodes and folder, under the cluster's lock. @param signal instead of the task's */
export async function deleteKindCluster({ kind, paths, nodes }: KindClusterTools, signal?: AbortSignal): Promise<void> {
  const isThere = signal !== undefined || (await nodes.list()).length > 0;
  if (isThere) await kind.run(['delete', 'cluster', '--kubeconfig', paths.kubeconfig], signal ? { signal } : {});
  await rm(paths.folder, { recursive: true, force: true });
}

async function readDamagedToo({ paths }: KindClusterTools) {
  try {
    return await readKindState(paths);
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'CLUSTER_STATE_CORRUPT') return 'damaged' as const;
    throw error;
  }
}
