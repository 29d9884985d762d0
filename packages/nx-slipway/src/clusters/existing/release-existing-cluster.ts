import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isOurs, namespaceMarks, type NamespaceObject } from '../kubernetes/namespaces/namespace-marks';
import { toLabel } from '../kubernetes/namespaces/render-namespace';
import {
  assertContextAllowed,
  openNamespaceTools,
  targetOf,
  type ExistingClusterTools,
} from './existing-cluster-tools';
import { readPin } from './pinned-target';

/**
 * Removes the namespace that was deployed to, if this workspace made it, and what is remembered of the cluster. Afterwards no copy of
 * a kubeconfig is left. A namespace that somebody else made stays, with all that is in it.
 * @returns what was removed, one line each
 * @throws {SlipwayError} CLUSTER_CONTEXT_NOT_ALLOWED, CLUSTER_KUBECTL_FAILED
 */
export async function releaseExistingCluster(edge: ExistingClusterTools): Promise<string[]> {
  const { options, paths } = edge;
  const removed: string[] = [];
  const pin = await readPin(paths);
  if (pin) {
    assertContextAllowed({ ...pin, origin: 'chosen by cluster-up' }, options.allowedKubeContexts);
    const { api, kubectl } = openNamespaceTools(targetOf(pin, edge), edge);
    const answer = await api.get(`/api/v1/namespaces/${pin.namespace}`);
    if (answer.status === 'ok' && isOf(answer.body as NamespaceObject, options.namespace().workspace)) {
      await kubectl.run(['delete', 'namespace', pin.namespace, '--timeout=120s']);
      removed.push(`namespace ${pin.namespace} of the kube context ${pin.kubeContext}`);
    }
  }
  if (existsSync(paths.folder)) {
    await rm(paths.folder, { recursive: true, force: true });
    removed.push(`folder ${paths.folder}`);
  }
  return removed;
}

function isOf(namespace: NamespaceObject, workspace: string): boolean {
  return isOurs(namespace) && namespace.metadata.labels?.[namespaceMarks.workspace] === toLabel(workspace, 63);
}
