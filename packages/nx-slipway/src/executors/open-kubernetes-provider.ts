import type { ResolvedChoice } from '../clusters/cluster-choice';
import { DEFAULT_TIME_TO_LIVE } from '../clusters/cluster-choice';
import { openExistingCluster } from '../clusters/existing/open-existing-cluster';
import type { NodeFile } from '../clusters/kind/create-kind-cluster';
import { openKindCluster } from '../clusters/kind/open-kind-cluster';
import type { KubeApi } from '../clusters/kubernetes/kube-api';
import type { KubernetesProvider } from '../clusters/kubernetes/kubernetes-provider';
import type { KubeTarget } from '../clusters/kubernetes/kube-target';
import { ensureNamespace, type NamespaceRequest } from '../clusters/kubernetes/namespaces/ensure-namespace';
import { readNamespaceValues } from '../clusters/kubernetes/namespaces/namespace-values';
import { renderNamespace } from '../clusters/kubernetes/namespaces/render-namespace';
import type { Engine } from '../engines/image-store';
import type { Tools } from '../exec/tools';

/** What a Kubernetes cluster is opened with. */
export interface KubernetesProviderOptions {
  readonly choice: ResolvedChoice;
  /** The option `cluster.name`, or the workspace's own. */
  readonly name: string;
  /** The engine that builds the images. */
  readonly engine: Engine;
  /** Absolute paths. */
  readonly workspaceRoot: string;
  readonly machineStore: string;
  readonly openApi: (target: KubeTarget) => KubeApi;
  readonly registryWiring?:
    { readonly containerdConfigPatches: readonly string[]; readonly nodeFiles: readonly NodeFile[] } | undefined;
  readonly tools: Tools;
}

/** Opens the kind cluster of a workspace, or the existing one that its options allow. Does nothing yet. */
export function openKubernetesProvider(options: KubernetesProviderOptions): KubernetesProvider {
  const { choice, workspaceRoot, tools } = options;
  const namespace = (): NamespaceRequest => {
    const values = readNamespaceValues(workspaceRoot, tools.env);
    return {
      namespace: renderNamespace(choice.namespace ?? 'default', values),
      workspace: values.workspace,
      user: values.user,
      timeToLive: choice.timeToLive ?? DEFAULT_TIME_TO_LIVE,
    };
  };
  if (choice.provider === 'existing') {
    return openExistingCluster({
      ...options,
      kubeContext: choice.kubeContext,
      allowedKubeContexts: choice.allowedKubeContexts ?? [],
      namespace,
    });
  }
  return openKindCluster({
    ...options,
    kind: choice.kind,
    ...(choice.namespace === undefined ? {} : { namespace: namespace().namespace }),
    ensureNamespace: async (target, edge) => ensureNamespace({ ...namespace(), namespace: target.namespace }, edge),
  });
}
