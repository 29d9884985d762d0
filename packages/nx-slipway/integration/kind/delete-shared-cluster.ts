import { deleteSharedCluster } from './shared-cluster';

/** Jest's globalTeardown: deletes the cluster of this run. */
export default deleteSharedCluster;
