import { isSlipwayError, SlipwayError } from '../../errors/slipway-error';
import { readClusterState, writeClusterState } from './cluster-state-file';
import { withClusterLock, type ClusterTools } from './cluster-tools';
import { recognizePodmanProblem } from './podman-problems';

/**
 * Where a start failed with CLUSTER_ADDRESS_IN_USE, no pod of the cluster gets that address any more: podman 4.3 never takes back
 * the address of an infra container that was killed while it started.
 * @returns whether the deploy should be planned anew: not for any other error, nor for an address that was given up before
 */
export async function giveUpAddress(error: unknown, edge: ClusterTools): Promise<boolean> {
  if (!isSlipwayError(error) || error.code !== 'CLUSTER_ADDRESS_IN_USE') return false;
  const problem = recognizePodmanProblem(error.problem.toolOutput ?? '');
  if (problem.kind !== 'address-in-use') return false;
  return withClusterLock(edge, async () => {
    const state = await readClusterState(edge.paths);
    if (!state) throw new SlipwayError('CLUSTER_NOT_UP', { cluster: edge.cluster });
    if (state.lostAddresses.includes(problem.address)) return false;
    const lostAddresses = [...state.lostAddresses, problem.address];
    await writeClusterState(edge.paths, { ...state, lostAddresses });
    edge.tools.log.line(`podman holds the address ${problem.address} for another container: it is given up`);
    return true;
  });
}
