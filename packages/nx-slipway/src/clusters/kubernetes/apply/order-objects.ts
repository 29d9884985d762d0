import type { KubernetesObject } from '../../cluster';
import { isDefinition } from './resource-table';

/** Helm's order of installation (helm v3.19, pkg/release/util/kind_sorter.go): what others refer to comes first. */
const ORDER = [
  'Namespace',
  'PriorityClass',
  'RuntimeClass',
  'CustomResourceDefinition',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
] as const;

/** A webhook answers for other objects, so it comes when all of them are there. */
const LAST: ReadonlySet<string> = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);

const RANKS: ReadonlyMap<string, number> = new Map(ORDER.map((kind, rank) => [kind, rank]));

/** In the order in which objects are applied; those of one kind as they were, custom ones after the built-in ones. Pure. */
export function orderObjects<Item>(items: readonly Item[], objectOf: (item: Item) => KubernetesObject): Item[] {
  const rankOf = (item: Item): number => rankOfKind(objectOf(item).kind);
  return items.toSorted((first, second) => rankOf(first) - rankOf(second));
}

/** Whether others cannot be applied before this object is there, and in force: namespaces and definitions of kinds. Pure. */
export function isFoundation(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return isDefinition(object) || (object.kind === 'Namespace' && object.apiVersion === 'v1');
}

function rankOfKind(kind: string): number {
  return LAST.has(kind) ? ORDER.length + 1 : (RANKS.get(kind) ?? ORDER.length);
}
