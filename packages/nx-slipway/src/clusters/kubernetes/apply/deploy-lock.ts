import { withFreeLock, withLock } from '../../../scheduling/machine-lock';
import type { KubernetesTools } from '../kubernetes-tools';
import { withDeployLease } from './deploy-lease';

/** Whose deploy is to run alone. */
export interface DeployLockRequest {
  readonly owner: string;
  /** Whether other machines deploy to the cluster, too: then a Lease in it is taken as well, by two kubectl calls. */
  readonly isShared: boolean;
}

/**
 * Runs `work` while nobody else deploys for the same owner to the same namespace: on this machine, and on others where the cluster
 * is shared. Waits for its turn, and says so. The work gets tools whose signal is aborted when the Lease is lost.
 * @throws {SlipwayError} CLUSTER_DEPLOY_LOST; what the work throws
 */
export async function withDeployLock<Result>(
  { owner, isShared }: DeployLockRequest,
  edge: KubernetesTools,
  work: (edge: KubernetesTools) => Promise<Result>,
): Promise<Result> {
  const { machineStore, tools } = edge;
  const onWait = (): void => tools.log.line(`waits for another deploy of ${owner} on this machine`);
  const alone = (): Promise<Result> => (isShared ? withDeployLease(owner, edge, work) : work(edge));
  return withLock(lockName(owner, edge), { machineStore, signal: tools.signal }, alone, onWait);
}

/** Runs `work` while nobody on this machine deploys for the same owner; `undefined`, and nothing is run, when somebody does. */
export async function withFreeDeployLock<Result>(
  owner: string,
  edge: KubernetesTools,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const { machineStore, tools } = edge;
  return withFreeLock(lockName(owner, edge), { machineStore, signal: tools.signal }, work);
}

function lockName(owner: string, { cluster, target }: KubernetesTools): string {
  return `cluster:${cluster}:${target.kubeContext}:${target.namespace}:deploy:${owner}`;
}
