import type { KubeApi } from '../kube-api';
import type { KubernetesTools } from '../kubernetes-tools';
import { groupKindOf, type LiveObject } from '../live-object';

/** An object that is waited for. */
export interface AwaitedObject {
  /** What names it: `apiVersion`, `kind`, and in `metadata` the name and, unless it is one of the whole cluster, the namespace. */
  readonly object: LiveObject;
  /** Its path in the API, e.g. `/apis/apps/v1/namespaces/default/deployments/web`. */
  readonly path: string;
  /** Its manifest, and the document's number in it: `k8s/web.yaml#2`. */
  readonly source: string;
}

/** What readiness is looked at with. */
export type ReadinessEdge = Pick<KubernetesTools, 'target' | 'tools'> & { readonly api: KubeApi };

/** `Deployment shop/web`, as messages name it; without a namespace for objects of the whole cluster. Pure. */
export function describeObject({ kind, metadata }: LiveObject): string {
  return `${kind} ${[metadata?.namespace, metadata?.name].filter(Boolean).join('/')}`;
}

/** Equal for one object in one cluster. Pure. */
export function objectKey(object: LiveObject): string {
  return `${groupKindOf(object)} ${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}
