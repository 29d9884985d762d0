import { SlipwayError } from '../../../errors/slipway-error';
import type { Inventory } from './inventory';
import { REPLACED_KINDS, type DesiredObject } from './mark-objects';
import { describeRef, refKey, type LiveObject } from './object-ref';
import { annotations, ownerOf } from './ownership';

/** What is to be done with one object. */
export interface ObjectPlan {
  readonly desired: DesiredObject;
  /** The object as it is before; not given where it is not there. */
  readonly live: LiveObject | undefined;
  /**
   * `apply`: send it. `replace`: remove it first. `leave`: a Job or Pod that is as its manifest says. `done`: a Job that has run
   * and that the cluster has removed since, or is removing.
   */
  readonly action: 'apply' | 'replace' | 'leave' | 'done';
}

/** What decides how a deploy applies its objects. */
export interface ApplyGround {
  readonly owner: string;
  /** Every project that deploys to this cluster; of others, objects are taken over. Not given: of nobody. */
  readonly knownOwners: readonly string[] | undefined;
  /** Live objects by `refKey`. */
  readonly live: ReadonlyMap<string, LiveObject>;
  readonly inventory: Inventory;
}

/**
 * Decides for each object. An object that no deploy has, or that one of a project had which is no more, is taken over: whether
 * its fields may be set is the server's to say.
 * @throws {SlipwayError} CLUSTER_OBJECT_OWNED. Pure.
 */
export function planApply(objects: readonly DesiredObject[], ground: ApplyGround): ObjectPlan[] {
  return objects.map((desired) => {
    const live = ground.live.get(refKey(desired.ref));
    if (live) assertOwn(live, desired, ground);
    return { desired, live, action: chooseAction(desired, live, ground.inventory) };
  });
}

function assertOwn(live: LiveObject, { ref, source }: DesiredObject, { owner, knownOwners }: ApplyGround): void {
  const other = ownerOf(live);
  if (other === undefined || other === owner || knownOwners?.includes(other) === false) return;
  throw new SlipwayError('CLUSTER_OBJECT_OWNED', { source, object: describeRef(ref), owner: other });
}

function chooseAction(
  { object, ref, digest }: DesiredObject,
  live: LiveObject | undefined,
  { completedJobs }: Inventory,
): ObjectPlan['action'] {
  const isDone = completedJobs.some(
    (job) => object.kind === 'Job' && job.namespace === ref.namespace && job.name === ref.name && job.digest === digest,
  );
  // A Job that has run is being removed by the cluster itself (`ttlSecondsAfterFinished`).
  if (live?.metadata.deletionTimestamp !== undefined) return isDone ? 'done' : 'replace';
  if (!REPLACED_KINDS.has(object.kind)) return 'apply';
  if (live) return isAsApplied(live, digest) && !hasFailed(live) ? 'leave' : 'replace';
  return isDone ? 'done' : 'apply';
}

/** Whether an object that keeps the digest of its manifest is what the manifest asks for. Pure. */
export function isAsApplied(live: LiveObject | undefined, digest: string): boolean {
  return live?.metadata.annotations?.[annotations.appliedDigest] === digest;
}

/** A deploy that is run again tries a failed Job or Pod anew. */
function hasFailed(live: LiveObject): boolean {
  const status = (live['status'] ?? {}) as { readonly phase?: string };
  return live.kind === 'Pod' ? status.phase === 'Failed' : hasCondition(live, 'Failed');
}

/** Whether a condition of an object's status is true. Pure. */
export function hasCondition(live: LiveObject, type: string): boolean {
  const { conditions } = (live['status'] ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
