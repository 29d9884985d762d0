import type { ObjectChange } from '../../cluster';
import type { KubernetesTools } from '../kubernetes-tools';
import { digestLive } from './digest-object';
import { readEntries } from './finish-deploy';
import type { Inventory, InventoryEntry } from './inventory';
import { refKey, type LiveObject } from './object-ref';

/** The objects of an inventory as they are now, with the fewest requests; of those that are kept without being named, none. */
export async function readInventoryObjects(
  { owner, objects }: Inventory,
  edge: Pick<KubernetesTools, 'api' | 'tools'>,
): Promise<ReadonlyMap<string, LiveObject>> {
  return readEntries(
    owner,
    objects.filter(({ retained }) => !retained),
    edge,
  );
}

/**
 * Whether every object is as the last deploy left it: there, and with the same content but for its status. A Job that has run
 * may be gone. Says nothing on whether they are ready. Pure.
 */
export function isAsLeft(inventory: Inventory, live: ReadonlyMap<string, LiveObject>): boolean {
  return inventory.objects.every((entry) => {
    if (entry.retained) return true;
    const object = live.get(refKey(entry));
    if (!object) return hasRun(entry, inventory);
    return object.metadata.deletionTimestamp === undefined && entry.leftAs === digestLive(object);
  });
}

/** Every object of an inventory, as an unchanged one is reported. Pure. */
export function listUnchanged({ objects }: Inventory): ObjectChange[] {
  return objects
    .filter(({ retained }) => !retained)
    .map(({ kind, namespace, name }) => ({ kind, namespace, name, change: 'unchanged' }));
}

function hasRun({ kind, namespace, name }: InventoryEntry, { completedJobs }: Inventory): boolean {
  return kind === 'Job' && completedJobs.some((job) => job.namespace === namespace && job.name === name);
}
