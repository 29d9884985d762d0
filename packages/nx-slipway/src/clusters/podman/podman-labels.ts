/** The labels by which everything of a cluster is found again. */
export const podmanLabels = {
  cluster: 'io.nx-slipway.cluster',
  owner: 'io.nx-slipway.owner',
  namespace: 'io.nx-slipway.namespace',
  workload: 'io.nx-slipway.workload',
  pod: 'io.nx-slipway.pod',
  container: 'io.nx-slipway.container',
  hash: 'io.nx-slipway.hash',
  address: 'io.nx-slipway.address',
  /** On the network alone: whose cluster it is, when two machine stores have one of the same name. */
  machineStore: 'io.nx-slipway.machine-store',
} as const;

/** The filter that selects what belongs to a cluster. Pure. */
export function clusterFilter(cluster: string): string[] {
  return ['--filter', `label=${podmanLabels.cluster}=${cluster}`];
}
