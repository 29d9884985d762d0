import type { DeployRequest, ObjectChange } from '../../cluster';
import { releaseKey, removeReleases } from '../helm/install-releases';
import type { KubernetesTools } from '../kubernetes-tools';
import type { AppliedObjects } from './apply-objects';
import { digestLive } from './digest-object';
import {
  asUnfinished,
  inventoryPathOf,
  renderInventory,
  type CompletedJob,
  type DeployOutcome,
  type Inventory,
  type InventoryEntry,
} from './inventory';
import { refKey, type LiveObject } from './object-ref';
import { annotations, inventoryNameOf, ownerOf } from './ownership';
import { hasCondition, type ObjectPlan } from './plan-apply';
import { readLiveObjects, readOwnedObjects } from './read-live-objects';
import { RETAINED_KINDS } from './retained-kinds';
import { FIELD_MANAGER, removeObjects, sendObjects } from './send-objects';

/** Most of a minute for a pod to end in its own order (`terminationGracePeriodSeconds` is 30 unless set), and then some. */
const REMOVAL_LIMIT_MS = 120_000;

/**
 * Ends a deploy whose objects are ready: removes what this owner no longer names, and keeps in the cluster how it was left.
 * Only objects that bear this owner's marks are removed; those of `RETAINED_KINDS` are kept unless `pruneKinds` names them.
 * @returns what was removed
 * @throws {SlipwayError} CLUSTER_OBJECT_NOT_GONE, CLUSTER_KUBECTL_FAILED
 */
export async function finishDeploy(
  applied: AppliedObjects,
  outcome: DeployOutcome | undefined,
  { owner, pruneKinds = [] }: Pick<DeployRequest, 'owner' | 'pruneKinds'>,
  edge: KubernetesTools,
): Promise<readonly ObjectChange[]> {
  const { inventory, plans, releases } = applied;
  const wanted = new Set(plans.map(({ desired }) => refKey(desired.ref)));
  const own = inventory.objects.filter(({ release }) => release === undefined);
  const obsolete = own.filter((entry) => !wanted.has(refKey(entry)));
  const current = [...own.filter((entry) => wanted.has(refKey(entry))), ...releases.flatMap(({ entries }) => entries)];
  const [live, old] = await Promise.all([readEntries(owner, current, edge), readLiveObjects(obsolete, edge)]);
  const home = `${edge.target.namespace}/${inventoryNameOf(owner)}`;
  const { unwanted, retained } = sortObsolete(obsolete, old, { owner, home, pruneKinds });
  await removeObjects(unwanted, REMOVAL_LIMIT_MS, edge);
  const installed = new Set(releases.map(({ release }) => releaseKey(release)));
  const lost = inventory.releases.filter((release) => !installed.has(releaseKey(release)));
  const uninstalled = await removeReleases(lost, REMOVAL_LIMIT_MS, edge);
  const final: Inventory = {
    owner,
    objects: [...current.map((entry) => describeLeft(entry, live)), ...retained],
    completedJobs: listCompletedJobs(plans, live),
    releases: releases.map(({ release }) => release),
    ...(outcome ? { outcome } : {}),
  };
  await writeInventory(final, edge);
  const removed = unwanted.map(({ kind, namespace, name }): ObjectChange => ({
    kind,
    namespace,
    name,
    change: 'removed',
  }));
  return [...removed, ...uninstalled];
}

/**
 * Keeps an inventory in the cluster, in place of the one before: by this process, since all is ready and nobody should wait for a kubectl
 * of 0.4 s; by kubectl where that does not succeed, whatever the reason: it asks again while the server is away, and tells what is wrong.
 * @throws {SlipwayError} the errors of `sendObjects`
 */
export async function writeInventory(inventory: Inventory, edge: KubernetesTools): Promise<void> {
  const record = renderInventory(inventory, edge.target.namespace);
  const answer = await edge.api.apply(inventoryPathOf(inventory.owner, edge.target.namespace), record, FIELD_MANAGER);
  if (answer?.status === 'ok') return;
  await sendObjects({ records: [record], objects: [], forceConflicts: true }, edge);
}

/** Objects of an inventory as they are: those of helm bear no marks of ours. */
export async function readEntries(
  owner: string,
  entries: readonly InventoryEntry[],
  edge: Pick<KubernetesTools, 'api' | 'tools'>,
): Promise<ReadonlyMap<string, LiveObject>> {
  const [own, released] = await Promise.all([
    readOwnedObjects(
      owner,
      entries.filter(({ release }) => release === undefined),
      edge,
    ),
    readLiveObjects(
      entries.filter(({ release }) => release !== undefined),
      edge,
    ),
  ]);
  return new Map([...own, ...released]);
}

/** What becomes of the objects that a deploy no longer names: those that are somebody else's by now are nobody's business. Pure. */
export function sortObsolete(
  obsolete: readonly InventoryEntry[],
  live: ReadonlyMap<string, LiveObject>,
  {
    owner,
    home,
    pruneKinds,
  }: { readonly owner: string; readonly home: string; readonly pruneKinds: readonly string[] },
): { readonly unwanted: readonly InventoryEntry[]; readonly retained: readonly InventoryEntry[] } {
  const own = obsolete.filter((entry) => {
    const object = live.get(refKey(entry));
    return object && ownerOf(object) === owner && object.metadata.annotations?.[annotations.inventory] === home;
  });
  const isRetained = ({ kind }: InventoryEntry): boolean =>
    RETAINED_KINDS.some((retained) => retained === kind) && !pruneKinds.includes(kind);
  return {
    unwanted: own.filter((entry) => !isRetained(entry)),
    retained: own.filter(isRetained).map((entry) => ({ ...asUnfinished(entry), retained: true })),
  };
}

function describeLeft(entry: InventoryEntry, live: ReadonlyMap<string, LiveObject>): InventoryEntry {
  const object = live.get(refKey(entry));
  return object ? { ...entry, leftAs: digestLive(object) } : entry;
}

/** All Jobs are ready, so each has run, or is gone since it had; one that is suspended has not. Pure. */
export function listCompletedJobs(plans: readonly ObjectPlan[], live: ReadonlyMap<string, LiveObject>): CompletedJob[] {
  return plans
    .filter(({ desired: { ref } }) => ref.kind === 'Job')
    .filter(({ desired: { ref } }) => {
      const job = live.get(refKey(ref));
      return !job || hasCondition(job, 'Complete');
    })
    .map(({ desired: { ref, digest } }) => ({ namespace: ref.namespace, name: ref.name, digest }));
}
