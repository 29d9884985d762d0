import type { ImageRecord } from '../../artifact/image-record';
import type { Tools } from '../../exec/tools';
import type { Cluster } from '../cluster';
import type { Transport } from '../transports/transport';
import { openCoverageFolders } from './coverage/open-coverage-folders';
import { createKubeApi, type OpenedKubeApi } from './kube-api/create-kube-api';
import type { KubeTarget } from './kube-target';
import { createKubectl } from './kubectl';
import type { KubernetesProvider } from './kubernetes-provider';
import type { KubernetesTools } from './kubernetes-tools';

/** What a Kubernetes cluster is made of. */
export interface KubernetesClusterOptions {
  /** Where the cluster comes from. */
  readonly provider: KubernetesProvider;
  /** How images reach it; made when there are images to load. @throws {SlipwayError} CLUSTER_REGISTRY_NOT_SET */
  readonly openTransport: () => Transport;
  /** How manifests name an image. Pure. */
  readonly referenceOf: (image: ImageRecord) => string;
  /** Absolute path. */
  readonly machineStore: string;
  readonly tools: Tools;
}

/** The tools of a Kubernetes cluster, with the connection by which ways to endpoints are opened. */
export interface OpenedKubernetes extends KubernetesTools {
  readonly api: OpenedKubeApi;
}

/**
 * A Kubernetes cluster, whoever made it: a provider that makes or finds it, a transport for the images, and apply, readiness, endpoints and
 * diagnostics over one pinned kube context. What a task does not ask for is not loaded in its process.
 */
export function createKubernetesCluster(options: KubernetesClusterOptions): Cluster {
  const { provider, tools } = options;
  let opened: Promise<OpenedKubernetes> | undefined;
  const open = (): Promise<OpenedKubernetes> =>
    (opened ??= provider.resolveTarget().then((target) => openKubernetes(target, options)));
  return {
    provider: provider.provider,
    name: provider.name,
    version: () => provider.version(),
    referenceOf: options.referenceOf,
    up: async () => {
      const up = await provider.up();
      await provider.ensureNamespace(await open());
      return up;
    },
    down: () => provider.down(),
    loadImages: async (images) => (images.length === 0 ? [] : options.openTransport().loadImages(images)),
    confirm: async (request) => {
      const { confirmKubernetesDeploy } = await import('./confirm-kubernetes-deploy.js');
      return confirmKubernetesDeploy(request, await open());
    },
    deploy: async (request) => {
      const { deployToKubernetes } = await import('./deploy-to-kubernetes.js');
      const edge = await open();
      // Somebody may have removed it since `up`.
      await provider.ensureNamespace(edge);
      return deployToKubernetes(request, { isShared: provider.provider === 'existing' }, edge);
    },
    preview: async (request) => {
      const { previewObjects } = await import('./apply/preview-objects.js');
      return previewObjects(request, await open());
    },
    // An existing cluster's nodes cannot be entered.
    coverage:
      provider.provider === 'kind' ? openCoverageFolders({ open, listNodes: () => provider.listNodes() }) : undefined,
    openEndpoints: async (endpoints) => {
      const { openKubernetesEndpoints } = await import('./endpoints/open-kubernetes-endpoints.js');
      return openKubernetesEndpoints(endpoints, await open());
    },
    describeAccess: () => provider.resolveTarget(),
    collectDiagnostics: async (owners, folder) => {
      const { collectKubernetesDiagnostics } = await import('./diagnostics/collect-kubernetes-diagnostics.js');
      return collectKubernetesDiagnostics(owners, folder, await open());
    },
  };

  function openKubernetes(target: KubeTarget, { machineStore }: KubernetesClusterOptions): OpenedKubernetes {
    const kubectl = createKubectl(target, tools);
    const api = createKubeApi({ target, kubectl, tools });
    return { cluster: provider.name, machineStore, target, kubectl, api, tools };
  }
}
