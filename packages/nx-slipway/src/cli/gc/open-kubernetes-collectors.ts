import { KIND_ENGINE_VARIABLE, openKindCluster } from '../../clusters/kind/open-kind-cluster';
import { openNodeContainers } from '../../clusters/kind/node-containers';
import { podNodesOf } from '../../clusters/kind/parse-node-listing';
import { createKubeApi } from '../../clusters/kubernetes/kube-api/create-kube-api';
import { createKubectl } from '../../clusters/kubernetes/kubectl';
import { listKnownClusters } from '../../clusters/list-known-clusters';
import { isContainerAlive } from '../../clusters/podman/process-alive';
import type { ClusterNode } from '../../clusters/transports/transport';
import type { Tools } from '../../exec/tools';
import { ENGINES } from '../../executors/open-image-store';
import { createKindClusterCollector } from './collect-kind-clusters';
import { createNamespaceCollector } from './collect-namespaces';
import { createNodeImageCollector } from './collect-node-images';
import type { Collector } from './collector';

/** The collectors of kind clusters that nobody can use any more, one for each engine. */
export function openKindClusterCollectors(machineStore: string, tools: Tools): readonly Collector[] {
  return ENGINES.map((engine) =>
    createKindClusterCollector({
      engine,
      machineStore,
      listNodes: (cluster) => openNodeContainers(cluster, engine, tools).list(),
      isAlive: isContainerAlive,
      takeDown: async (name) => {
        // What a workspace would ask for decides how a cluster is made, and not how it is removed.
        const env = { ...tools.env, [KIND_ENGINE_VARIABLE]: engine };
        const openApi = (): never => {
          throw new Error('a cluster that is taken down is not asked');
        };
        const edge = { ...tools, env };
        await openKindCluster({ name, engine, machineStore, workspaceRoot: machineStore, openApi, tools: edge }).down();
      },
    }),
  );
}

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
      podNodesOf(await containers.list())
        .filter(({ state }) => state === 'running')
        .map((node) => containers.open(node));
    return [namespaces, createNodeImageCollector({ name: cluster.name, engine: cluster.engine, api, listNodes })];
  });
}
