import { OWNER_LABEL, ownerLabelOf } from '../apply/ownership';
import { readInventory } from '../apply/read-inventory';
import type { KubernetesTools } from '../kubernetes-tools';
import { liveObjectsOf, type LiveObject } from '../live-object';

/**
 * Names of the pods of some owners that something makes anew when they are deleted, by namespace: those of Deployments, StatefulSets and
 * DaemonSets. A Job would do its work again, and a bare Pod would be gone.
 */
export async function readRestartablePods(
  owners: readonly string[],
  edge: KubernetesTools,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const inventories = await Promise.all(owners.map((owner) => readInventory(owner, edge)));
  const namespaces = inventories.flatMap((inventory) => inventory?.objects.map(({ namespace }) => namespace) ?? []);
  const selector = encodeURIComponent(`${OWNER_LABEL} in (${owners.map(ownerLabelOf).join(',')})`);
  const found = await Promise.all(
    [...new Set(namespaces)].filter(Boolean).map(async (namespace) => {
      const answer = await edge.api.get(
        `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?labelSelector=${selector}`,
      );
      const pods = answer.status === 'ok' ? liveObjectsOf(answer.body) : [];
      return [namespace, pods.filter(isRestartable).map(({ metadata }) => metadata?.name ?? '')] as const;
    }),
  );
  return new Map(found.filter(([, pods]) => pods.length > 0));
}

/** Kinds whose controller makes pods for as long as they are there (Kubernetes API 1.34). */
const MAKERS: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController']);

/** Whether a pod has a controller that makes another in its place. Pure. */
export function isRestartable({ metadata }: LiveObject): boolean {
  return metadata?.ownerReferences?.some(({ controller, kind }) => controller === true && MAKERS.has(kind)) ?? false;
}
