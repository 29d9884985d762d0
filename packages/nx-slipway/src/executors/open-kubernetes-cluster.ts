import type { Cluster } from '../clusters/cluster';
import type { ResolvedChoice } from '../clusters/cluster-choice';
import { createKubeApi } from '../clusters/kubernetes/kube-api/create-kube-api';
import { createKubectl } from '../clusters/kubernetes/kubectl';
import { createKubernetesCluster } from '../clusters/kubernetes/kubernetes-cluster';
import { chooseReferences, chooseTransport, createTransport } from '../clusters/transports/create-transport';
import { wireRegistry } from '../clusters/transports/wire-registry';
import type { ImageStore } from '../engines/image-store';
import type { Tools } from '../exec/tools';
import { openKubernetesProvider } from './open-kubernetes-provider';
import type { TaskPlace } from './task-place';

/** Which Kubernetes cluster a task speaks to, and from where its images come. */
export interface KubernetesClusterRequest {
  readonly choice: ResolvedChoice;
  /** The option `cluster.name`, or the workspace's own. */
  readonly name: string;
  readonly place: TaskPlace;
  readonly images: ImageStore;
  readonly tools: Tools;
}

/** Opens the Kubernetes cluster of a task. Asks nobody yet. */
export function openKubernetesCluster({ choice, name, place, images, tools }: KubernetesClusterRequest): Cluster {
  const { machineStore, workspaceRoot } = place;
  const { registry } = choice;
  const provider = openKubernetesProvider({
    ...{ choice, name, workspaceRoot, machineStore, tools },
    engine: images.engine,
    registryWiring: registry && wireNodes(registry),
    openApi: (target) => createKubeApi({ target, kubectl: createKubectl(target, tools), tools }),
  });
  const kind = chooseTransport({ provider: provider.provider, transport: choice.transport });
  return createKubernetesCluster({
    ...{ provider, machineStore, tools },
    referenceOf: chooseReferences({ kind, registry }),
    openTransport: () =>
      createTransport({
        ...{ kind, registry, source: images, machineStore, tools },
        ...(provider.provider === 'kind' ? { nodes: () => provider.listNodes() } : {}),
      }),
  });
}

/** How containerd of kind's nodes is told where a registry is; `undefined` where they find it by its name. Pure. */
export function wireNodes({ repository, endpoint }: NonNullable<ResolvedChoice['registry']>) {
  if (endpoint === undefined) return undefined;
  const [registry = repository] = repository.split('/');
  const { containerdConfigPatches, hostsFile } = wireRegistry({ registry, endpoint });
  return { containerdConfigPatches, nodeFiles: [{ absolutePath: hostsFile.path, content: hostsFile.content }] };
}
