import { SlipwayError } from '../../errors/slipway-error';
import type { KubernetesProvider } from '../kubernetes/kubernetes-provider';
import {
  assertContextAllowed,
  targetOf,
  type ExistingClusterOptions,
  type ExistingClusterTools,
} from './existing-cluster-tools';
import { pinPathsOf, readPin, type PinnedTarget } from './pinned-target';

/**
 * A cluster that is there already. `up` chooses the kube context once and keeps it, with a copy of what the user's kubeconfig says of it;
 * every other task takes that. A kube context that is not on the allow list is refused each time, also when it was pinned before.
 */
export function openExistingCluster(options: ExistingClusterOptions): KubernetesProvider {
  const { name, machineStore, tools } = options;
  const edge: ExistingClusterTools = { options, paths: pinPathsOf(machineStore, name), tools };
  return {
    provider: 'existing',
    name,
    resolveTarget: async () => targetOf(await readAllowedPin(edge), edge),
    version: async () => (await readAllowedPin(edge)).version,
    up: async () => {
      const { pinContext } = await import('./pin-context.js');
      const { version, kubeContext, server, namespace } = await pinContext(options.namespace().namespace, edge);
      tools.log.line(`Deploys go to the namespace ${namespace} of the kube context ${kubeContext} (${server}).`);
      return { change: 'unchanged', version };
    },
    down: async () => {
      const { releaseExistingCluster } = await import('./release-existing-cluster.js');
      return { removed: await releaseExistingCluster(edge) };
    },
    // There is no way into the nodes of a cluster that somebody else made.
    listNodes: async () => {
      await readAllowedPin(edge);
      return [];
    },
    ensureNamespace: async (namespaceTools) => {
      const { namespace } = await readAllowedPin(edge);
      const { ensureNamespace } = await import('../kubernetes/namespaces/ensure-namespace.js');
      await ensureNamespace({ ...options.namespace(), namespace }, namespaceTools);
    },
  };
}

/** The pin, if it may still be used. @throws {SlipwayError} CLUSTER_NOT_UP, CLUSTER_CONTEXT_NOT_ALLOWED, CLUSTER_CONTEXT_CHANGED */
async function readAllowedPin({ options, paths }: ExistingClusterTools): Promise<PinnedTarget> {
  const pin = await readPin(paths);
  if (!pin) throw new SlipwayError('CLUSTER_NOT_UP', { cluster: options.name });
  const { kubeContext: now } = options;
  if (now !== undefined && now !== pin.kubeContext) {
    throw new SlipwayError('CLUSTER_CONTEXT_CHANGED', { before: pin.kubeContext, beforeServer: pin.server, now });
  }
  assertContextAllowed({ ...pin, origin: 'chosen by cluster-up' }, options.allowedKubeContexts);
  return pin;
}
