import { createSharedCluster } from './shared-cluster';

/** Jest's globalSetup: makes the one cluster of this run, after removing those that killed runs left. */
export default createSharedCluster;
