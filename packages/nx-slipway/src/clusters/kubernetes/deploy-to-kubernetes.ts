import type { DeployReport, DeployRequest } from '../cluster';
import { applyObjects } from './apply/apply-objects';
import { withDeployLock } from './apply/deploy-lock';
import { finishDeploy } from './apply/finish-deploy';
import { OWNER_LABEL, ownerLabelOf } from './apply/ownership';
import { listKubernetesEndpoints } from './endpoints/list-endpoints';
import type { KubernetesTools } from './kubernetes-tools';
import { waitReady } from './readiness/wait-ready';

/**
 * Deploys the objects of one owner: applies them, waits until all are ready, removes what the owner no longer names, and keeps in the
 * cluster how it was left. One that ends in between leaves what the next one goes on from.
 * @throws {SlipwayError} the CLUSTER and READINESS codes
 */
export async function deployToKubernetes(
  request: DeployRequest,
  { isShared }: { readonly isShared: boolean },
  cluster: KubernetesTools,
): Promise<DeployReport> {
  const { owner, objects, note } = request;
  return withDeployLock({ owner, isShared }, cluster, async (edge) => {
    const deadline = edge.tools.clock.now() + request.timeoutMs;
    const applied = await applyObjects(request, edge);
    await waitReady(
      {
        objects: applied.awaited,
        timeoutMs: Math.max(1, deadline - edge.tools.clock.now()),
        labelSelector: `${OWNER_LABEL}=${ownerLabelOf(owner)}`,
        subject: owner,
      },
      edge,
    );
    const endpoints = listKubernetesEndpoints(
      [...objects.map(({ object }) => object), ...applied.releases.flatMap(({ live }) => [...live.values()])],
      edge.target.namespace,
    );
    const outcome = note && { note, endpoints, notices: [] };
    const removed = await finishDeploy(applied, outcome, request, edge);
    return { changes: [...applied.changes, ...removed], endpoints, notices: [] };
  });
}
