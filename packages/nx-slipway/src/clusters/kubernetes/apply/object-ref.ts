import { apiGroupOf } from '../../api-group';
import type { KubernetesObject } from '../../cluster';

/** Names one object of a cluster. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for an object of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** An object as the server gives it. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
}

/** Equal for one object, whichever version of its group a manifest asks for. Pure. */
export function refKey({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${apiGroupOf(apiVersion)}/${kind} ${namespace}/${name}`;
}

/** `Deployment web in shop`, or `ClusterRole web`, as messages name it. Pure. */
export function describeRef({ kind, namespace, name }: ObjectRef): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${name} in ${namespace}`;
}

/** What kubectl takes for an object on the command line: `deployment.apps/web`. Pure. */
export function kubectlNameOf({ apiVersion, kind, name }: Pick<ObjectRef, 'apiVersion' | 'kind' | 'name'>): string {
  return `${[kind.toLowerCase(), apiGroupOf(apiVersion)].filter(Boolean).join('.')}/${name}`;
}

/** The least of an object by which kubectl finds it. Pure. */
export function stubOf({ apiVersion, kind, namespace, name }: ObjectRef): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) } };
}
