import { SlipwayError } from '../../errors/slipway-error';
import type { KindClusterTools } from './kind-cluster-tools';
import type { NodeContainer } from './parse-node-listing';

/** The error of a cluster that is somebody else's. */
export function nameTaken(nodes: readonly NodeContainer[], { cluster, engine }: KindClusterTools): SlipwayError {
  const names = nodes.map(({ name }) => name).join(', ');
  return new SlipwayError('CLUSTER_KIND_NAME_TAKEN', { cluster, engine, nodes: names });
}
