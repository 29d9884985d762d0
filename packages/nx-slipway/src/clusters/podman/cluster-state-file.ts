import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { SlipwayError } from '../../errors/slipway-error';
import { clustersFolderOf, type ClusterPaths } from './cluster-paths';
import { parseClusterState, type ClusterState } from './cluster-state';

/** Holds Secrets. */
const STATE_FILE_MODE = 0o600;

/**
 * Reads what a cluster remembers; `undefined` when it was never started or is down.
 * @throws {SlipwayError} CLUSTER_STATE_CORRUPT
 */
export async function readClusterState(paths: ClusterPaths): Promise<ClusterState | undefined> {
  if (!existsSync(paths.stateFile)) return undefined;
  const state = parseClusterState(await readFile(paths.stateFile, 'utf8'));
  if (!state) throw new SlipwayError('CLUSTER_STATE_CORRUPT', { file: paths.stateFile });
  return state;
}

/** A deploy that goes on while the cluster is taken down ends here. @throws {SlipwayError} CLUSTER_NOT_UP */
export function assertClusterUp({ cluster, paths }: { readonly cluster: string; readonly paths: ClusterPaths }): void {
  if (!existsSync(paths.stateFile)) throw new SlipwayError('CLUSTER_NOT_UP', { cluster });
}

/** Writes what a cluster remembers: old or new, whole. Under the cluster's lock. */
export async function writeClusterState(paths: ClusterPaths, state: ClusterState): Promise<void> {
  await writeFileAtomically(paths.stateFile, JSON.stringify(state), STATE_FILE_MODE);
}

/** NodePorts of this user's other clusters: port to `Service … of the cluster …`. A cluster whose state cannot be read is left out. */
export async function readNodePortsOfOtherClusters(
  machineStore: string,
  cluster: string,
): Promise<Map<number, string>> {
  const folder = clustersFolderOf(machineStore);
  const holders = new Map<number, string>();
  for (const other of existsSync(folder) ? await readdir(folder) : []) {
    const file = join(folder, other, 'state.json');
    if (other === cluster || !existsSync(file)) continue;
    const state = parseClusterState(await readFile(file, 'utf8'));
    for (const [key, port] of Object.entries(state?.nodePorts ?? {})) {
      holders.set(port, `the Service ${key} of the cluster ${other}`);
    }
  }
  return holders;
}
