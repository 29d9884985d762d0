import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import { parseNetwork, type ClusterNetwork } from './cluster-network';
import { emptyState, type ClusterState } from './cluster-state';
import { readClusterState, writeClusterState } from './cluster-state-file';
import { withClusterLock, type ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { buildNetworkCreateArgs } from './podman-args';
import { podmanFailed } from './podman-commands';
import { recognizePodmanProblem } from './podman-problems';
import { removeStaleFiles } from './remove-stale-files';
import { removePods } from './remove-pods';
import { podmanNameOf } from './render-pod';

/**
 * Afterwards the cluster has its network and its folder. Removed are pods that no deploy knows, which killed runs leave, and files
 * of ConfigMaps and Secrets that no pod has any more.
 * @throws {SlipwayError} CLUSTER_NAME_TAKEN, CLUSTER_STATE_CORRUPT
 */
export async function startCluster(edge: ClusterTools): Promise<'created' | 'unchanged'> {
  return withClusterLock(edge, async () => {
    await mkdir(edge.paths.folder, { recursive: true });
    await chmod(edge.paths.folder, 0o700);
    const [network, listed] = await Promise.all([findNetwork(edge), edge.listPods()]);
    const { subnet } = network ?? (await createNetwork(edge));
    const state = await readClusterState(edge.paths);
    const current = state?.subnet === subnet ? state : { ...emptyState(subnet), owners: state?.owners ?? {} };
    if (current !== state) await writeClusterState(edge.paths, current);
    await removeLeftovers(current, listed, edge);
    return network && current === state ? 'unchanged' : 'created';
  });
}

/** The cluster's network; `undefined` when podman says that there is none. @throws {SlipwayError} CLUSTER_NAME_TAKEN, CLUSTER_PODMAN_FAILED */
export async function findNetwork({
  cluster,
  machineStore,
  podman,
}: ClusterTools): Promise<ClusterNetwork | undefined> {
  const inspected = await podman.attempt(['network', 'inspect', cluster]);
  if (inspected.status !== 'ok') {
    if (recognizePodmanProblem(inspected.output).kind === 'network-unknown') return undefined;
    throw podmanFailed(inspected);
  }
  const network = parseNetwork(inspected.stdout);
  if (network && network.machineStore !== machineStore) {
    throw new SlipwayError('CLUSTER_NAME_TAKEN', {
      cluster,
      store: network.machineStore ?? '(none: not made by nx-slipway)',
    });
  }
  return network;
}

async function createNetwork(edge: ClusterTools): Promise<ClusterNetwork> {
  await edge.podman.run(buildNetworkCreateArgs(edge.cluster, edge.machineStore));
  const network = await findNetwork(edge);
  if (!network) throw new SlipwayError('CLUSTER_NOT_UP', { cluster: edge.cluster });
  return network;
}

async function removeLeftovers(
  state: ClusterState,
  listed: ReadonlyMap<string, ListedPod>,
  edge: ClusterTools,
): Promise<void> {
  // Every pod that a deploy wants has an address, and no other has.
  const wanted = new Set(Object.keys(state.addresses));
  const leftovers = [...listed].filter(([key]) => !wanted.has(key)).map(([, pod]) => pod);
  await removePods(leftovers, 0, edge);
  await removePodFolders(wanted, edge);
  await removeStaleFiles(edge.paths);
}

async function removePodFolders(wanted: ReadonlySet<string>, { cluster, paths }: ClusterTools): Promise<void> {
  const keep = new Set([...wanted].map((key) => podmanNameOf(cluster, ...(key.split('/') as [string, string]))));
  for (const folder of existsSync(paths.podsFolder) ? await readdir(paths.podsFolder) : []) {
    if (!keep.has(folder)) await rm(join(paths.podsFolder, folder), { recursive: true, force: true });
  }
}
