import type { KnownCluster } from '../../clusters/list-known-clusters';
import type { KubeApi } from '../../clusters/kubernetes/kube-api';
import type { Kubectl } from '../../clusters/kubernetes/kubectl';
import {
  expiryOf,
  MANAGER,
  namespaceMarks,
  type NamespaceObject,
} from '../../clusters/kubernetes/namespaces/namespace-marks';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { Collector, GarbageItem } from './collector';

/** A namespace to remove. */
interface NamespaceItem extends GarbageItem {
  readonly namespace: string;
}

/** A cluster to look at. */
export interface ClusterGround {
  readonly cluster: KnownCluster;
  readonly api: KubeApi;
  readonly kubectl: Kubectl;
  readonly tools: Pick<Tools, 'clock'>;
}

/** Collects the namespaces of one cluster that this plugin made and that were not deployed to within their time to live. No other is touched. */
export function createNamespaceCollector({ cluster, api, kubectl, tools }: ClusterGround): Collector<NamespaceItem> {
  const isExpired = (namespace: NamespaceObject): boolean => (expiryOf(namespace) ?? Infinity) <= tools.clock.now();
  return {
    title: `namespaces of the kube context ${cluster.target.kubeContext}`,
    async find() {
      const selector = encodeURIComponent(`${namespaceMarks.managedBy}=${MANAGER}`);
      const answer = await api.get(`/api/v1/namespaces?labelSelector=${selector}`);
      if (answer.status !== 'ok') {
        // A kind cluster that was stopped keeps nothing busy.
        if (cluster.provider === 'kind') return [];
        const facts = { kubeContext: cluster.target.kubeContext, server: cluster.server };
        throw new SlipwayError('CLUSTER_UNREACHABLE', facts, { toolOutput: answer.message });
      }
      return (answer.body as { items: readonly NamespaceObject[] }).items
        .filter((namespace) => isExpired(namespace) && namespace.status?.phase !== 'Terminating')
        .map(({ metadata: { name, annotations } }) => ({
          name: `${name} (${cluster.target.kubeContext})`,
          reason: `last deployed to at ${annotations?.[namespaceMarks.usedAt]}, to live for ${annotations?.[namespaceMarks.timeToLive]}`,
          namespace: name,
        }));
    },
    async remove({ namespace }) {
      // A deploy may have used it since.
      const answer = await api.get(`/api/v1/namespaces/${namespace}`);
      if (answer.status === 'ok' && isExpired(answer.body as NamespaceObject)) {
        await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
      }
    },
  };
}
