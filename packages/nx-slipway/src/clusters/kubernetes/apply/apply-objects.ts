import type { DeployRequest, HelmRelease, ObjectChange } from '../../cluster';
import { createRedactor } from '../../redact';
import { redactError } from '../../redact-error';
import { describeRelease, installReleases, releaseKey, type ReleaseOutcome } from '../helm/install-releases';
import type { KubernetesTools } from '../kubernetes-tools';
import { awaitDefinitions } from './await-definitions';
import { digestLive } from './digest-object';
import { asUnfinished, emptyInventory, renderInventory, type Inventory, type InventoryEntry } from './inventory';
import { listSecretValues } from '../secrets/list-secret-values';
import { markObjects, type DesiredObject } from './mark-objects';
import { refKey, type LiveObject } from './object-ref';
import { isFoundation, orderObjects } from './order-objects';
import { isAsApplied, planApply, type ObjectPlan } from './plan-apply';
import { readInventory } from './read-inventory';
import { readLiveObjects, readOwnedObjects } from './read-live-objects';
import { readResources } from './read-resources';
import { isDefinition, objectPath, resourceKey, type ResourceTable } from './resource-table';
import { removeObjects, sendObjects } from './send-objects';

/** An object that has to become ready. */
export interface AwaitedObject {
  readonly object: LiveObject;
  /** Its path in the API. */
  readonly path: string;
  /** Its manifest and the document's number in it. */
  readonly source: string;
}

/** What a deploy has applied, and what has to follow. */
export interface AppliedObjects {
  /** What was done to each object of the request, in the order in which they were applied. */
  readonly changes: readonly ObjectChange[];
  /** The objects that have to become ready, as the server gave them right after; a Job that has run before and is gone is not in it. */
  readonly awaited: readonly AwaitedObject[];
  readonly plans: readonly ObjectPlan[];
  readonly releases: readonly ReleaseOutcome[];
  /** What the cluster keeps of this owner until `finishDeploy`: all that is there, and all that is to be. */
  readonly inventory: Inventory;
}

/**
 * Applies the objects of one owner, server-side, and records them in the owner's inventory before.
 * In: objects with image tags. Afterwards: each is in the cluster as its manifest says, kinds and namespaces first; Jobs and Pods
 * that have changed are replaced, those that are as they should be are left, and a Job that has run is not run again. Nothing
 * is removed yet, and the cluster has no note of the deploy: `finishDeploy` does both once all is ready. One kubectl call where
 * no kind or namespace is new and nothing is replaced.
 * @throws {SlipwayError} CLUSTER_KIND_UNKNOWN and CLUSTER_OBJECT_OWNED before anything is changed; the errors of `sendObjects`
 */
export async function applyObjects(request: DeployRequest, edge: KubernetesTools): Promise<AppliedObjects> {
  const deadline = edge.tools.clock.now() + request.timeoutMs;
  try {
    const { plans, resources, before } = await planObjects(request, edge);
    const replaced = plans.filter(({ action, live }) => action === 'replace' && live);
    const left = deadline - edge.tools.clock.now();
    await removeObjects(
      replaced.map(({ desired }) => desired.ref),
      left,
      edge,
    );
    const inventory = expectReleases(expectObjects(before, plans, resources), request.releases ?? [], edge);
    await sendPlanned(plans, inventory, request.forceConflicts ?? false, edge);
    const releases = await installReleases(request, { before, deadline }, edge);
    const { changes, awaited } = await describeOutcome(plans, request.owner, resources, edge);
    return {
      changes: [...changes, ...releases.map(({ change }) => change)],
      awaited: [...awaited, ...releases.flatMap(awaitedOfRelease)],
      ...{ plans, releases, inventory },
    };
  } catch (error) {
    edge.tools.signal.throwIfAborted();
    throw redactError(error, createRedactor(listSecretValues(request.objects.map(({ object }) => object))));
  }
}

interface PlannedObjects {
  readonly plans: readonly ObjectPlan[];
  readonly resources: ResourceTable;
  readonly before: Inventory;
}

/** Decides what is to be done to each object; changes nothing. @throws {SlipwayError} CLUSTER_KIND_UNKNOWN, CLUSTER_OBJECT_OWNED */
export async function planObjects(
  { owner, objects, knownOwners }: Pick<DeployRequest, 'owner' | 'objects' | 'knownOwners'>,
  edge: KubernetesTools,
): Promise<PlannedObjects> {
  const resources = await readResources(objects, edge);
  const marked = markObjects(objects, { owner, namespace: edge.target.namespace, resources });
  const desired = orderObjects(marked, ({ object }) => object);
  const [inventory, live] = await Promise.all([
    readInventory(owner, edge),
    readLiveObjects(
      desired.map((item) => locate(item, resources)),
      edge,
    ),
  ]);
  const before = inventory ?? emptyInventory(owner);
  return { plans: planApply(desired, { owner, knownOwners, live, inventory: before }), resources, before };
}

/** The inventory of a deploy that runs: what was there may have to be removed, what is to come may be there soon. Pure. */
export function expectObjects(before: Inventory, plans: readonly ObjectPlan[], resources: ResourceTable): Inventory {
  const desired = plans.filter(({ action }) => action !== 'done').map(({ desired }) => locate(desired, resources));
  const keys = new Set(desired.map(refKey));
  const others = before.objects.filter((entry) => !keys.has(refKey(entry)));
  const { owner, completedJobs, releases } = before;
  return { owner, completedJobs, releases, objects: [...others.map(asUnfinished), ...desired] };
}

/** A release may be installed, or be changed, before the deploy is finished: then its digest says nothing. */
function expectReleases(inventory: Inventory, releases: readonly HelmRelease[], edge: KubernetesTools): Inventory {
  const wanted = releases.map((release) => ({ ...describeRelease(release, edge.target.namespace), digest: '' }));
  const keys = new Set(wanted.map(releaseKey));
  const others = inventory.releases.filter((release) => !keys.has(releaseKey(release)));
  return { ...inventory, releases: [...others, ...wanted] };
}

function awaitedOfRelease({ release, entries, live }: ReleaseOutcome): AwaitedObject[] {
  return entries.flatMap((entry) => {
    const object = live.get(refKey(entry));
    return object ? [{ object, source: `helm release ${release.name}`, path: entry.path }] : [];
  });
}

function locate({ ref }: DesiredObject, resources: ResourceTable): InventoryEntry {
  return { ...ref, path: objectPath(ref, resources.get(resourceKey(ref)) ?? { plural: '' }) };
}

/** Namespaces and definitions that are as they should be need no call of their own. */
async function sendPlanned(
  plans: readonly ObjectPlan[],
  inventory: Inventory,
  forceConflicts: boolean,
  edge: KubernetesTools,
): Promise<void> {
  const toSend = plans.filter(({ action }) => action === 'apply' || action === 'replace');
  const isNews = ({ desired, live }: ObjectPlan): boolean =>
    isFoundation(desired.object) && !isAsApplied(live, desired.digest);
  const foundations = toSend.filter(isNews).map(({ desired }) => desired);
  const others = toSend.filter((plan) => !isNews(plan)).map(({ desired }) => desired);
  await sendObjects({ records: [], objects: foundations, forceConflicts }, edge);
  await awaitDefinitions(
    foundations.filter(({ object }) => isDefinition(object)),
    edge,
  );
  const records = [renderInventory(inventory, edge.target.namespace)];
  await sendObjects({ records, objects: others, forceConflicts }, edge);
}

async function describeOutcome(
  plans: readonly ObjectPlan[],
  owner: string,
  resources: ResourceTable,
  edge: KubernetesTools,
): Promise<Pick<AppliedObjects, 'changes' | 'awaited'>> {
  const present = plans.filter(({ action }) => action !== 'done');
  const refs = present.map(({ desired }) => locate(desired, resources));
  const live = await readOwnedObjects(owner, refs, edge);
  return {
    changes: plans.map((plan) => ({
      kind: plan.desired.ref.kind,
      namespace: plan.desired.ref.namespace,
      name: plan.desired.ref.name,
      change: describeChange(plan, live.get(refKey(plan.desired.ref))),
    })),
    awaited: present.flatMap(({ desired }) => {
      const object = live.get(refKey(desired.ref));
      const { path } = locate(desired, resources);
      return object ? [{ object, path, source: desired.source }] : [];
    }),
  };
}

/** What became of an object, by how it was before and is after. Pure. */
export function describeChange(
  { action, live }: Pick<ObjectPlan, 'action' | 'live'>,
  after: LiveObject | undefined,
): ObjectChange['change'] {
  if (action === 'leave' || action === 'done') return 'unchanged';
  if (!live) return 'created';
  if (action === 'replace') return 'replaced';
  return after && digestLive(after) === digestLive(live) ? 'unchanged' : 'configured';
}
