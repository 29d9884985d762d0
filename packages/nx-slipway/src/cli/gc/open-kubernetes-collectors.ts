import { openNodeContainers } from '../../clusters/kind/node-containers';
import { createKubeApi } from '../../clusters/kubernetes/kube-api/create-kube-api';
import { createKubectl } from '../../clusters/kubernetes/kubectl';
import { listKnownClusters } from '../../clusters/list-known-clusters';
import type { ClusterNode } from '../../clusters/transports/transport';
import type { Tools } from '../../exec/tools';
import { createNamespaceCollector } from './collect-namespaces';
import { createNodeImageCollector } from './collect-node-images';
import type { Collector } from './collector';

/** The collectors of every Kubernetes cluster that a workspace of this machine made or was allowed to use. */
export function openKubernetesCollectors(machineStore: string, tools: Tools): readonly Collector[] {
  return listKnownClusters(machineStore).flatMap((cluster): readonly Collector[] => {
    const { target } = cluster;
    const kubectl = createKubectl(target, tools);
    const api = createKubeApi({ target, kubectl, tools });
    const namespaces = createNamespaceCollector({ cluster, api, kubectl, tools });
    if (cluster.provider !== 'kind') return [namespaces];
    const containers = openNodeContainers(cluster.name, cluster.engine, tools);
    const listNodes = async (): Promise<ClusterNode[]> =>
      (await containers.list())
        .filter(({ state, role }) => state === 'running' && role !== 'load-balancer')
        .map((node) => containers.open(node));
    return [namespaces, createNodeImageCollector({ name: cluster.name, engine: cluster.engine, api, listNodes })];
  });
}
