import type { ClusterNode } from '../transports/transport';
import type { KubeTarget } from './kube-target';
import type { NamespaceTools } from './namespaces/ensure-namespace';

/** Where a Kubernetes cluster comes from: makes it or finds it, and says how it is reached. */
export interface KubernetesProvider {
  readonly provider: 'kind' | 'existing';
  readonly name: string;
  /** Afterwards the cluster takes deploys, and `resolveTarget` answers. Only looks when it already does. */
  up(): Promise<{ readonly change: 'created' | 'unchanged'; readonly version: string }>;
  /** Afterwards nothing that `up` and `ensureNamespace` made is left. Never touches anybody else's. */
  down(): Promise<{ readonly removed: readonly string[] }>;
  /** Kubernetes' version, e.g. `v1.34.4`. Asks nobody. @throws {SlipwayError} CLUSTER_NOT_UP */
  version(): Promise<string>;
  /** What `up` found or made, the same for every task until the next `up`; asks nobody. @throws {SlipwayError} CLUSTER_NOT_UP */
  resolveTarget(): Promise<KubeTarget>;
  /** The nodes that take images, control plane first; none where there is no way into them. @throws {SlipwayError} CLUSTER_NOT_UP */
  listNodes(): Promise<readonly ClusterNode[]>;
  /** Afterwards the namespace of `resolveTarget` is there, and lives on for its time to live. @param edge what works on that target */
  ensureNamespace(edge: NamespaceTools): Promise<void>;
}
