import { assessObject } from './assess-object';
import { describeObject, objectKey, type AwaitedObject, type ReadinessEdge } from './awaited-object';
import type { Obstacle } from './failure-watch';
import { findMissingVolumes } from './find-missing-volumes';
import { findPodProblems } from './find-pod-problems';
import { groupKindOf, type LiveObject } from '../live-object';
import { readLiveObjects, type Reading } from './read-live-objects';
import { readOwnPods } from './read-own-pods';
import { pending, type ReadinessState } from './readiness-state';

/** What one look found of one object. */
export interface LookedAt {
  readonly awaited: AwaitedObject;
  readonly state: ReadinessState;
  /** As it is now; `undefined` where it is not there, or cannot be read. */
  readonly live?: LiveObject;
}

/** What one look found. */
export type Look =
  | { readonly status: 'seen'; readonly objects: readonly LookedAt[] }
  /** The server is away: what was known before still counts. */
  | { readonly status: 'away'; readonly message: string };

/** Looks at objects once. The server counts as away when it did not tell of all of them. */
export async function lookAt(
  awaited: readonly AwaitedObject[],
  labelSelector: string | undefined,
  edge: ReadinessEdge,
): Promise<Look> {
  const readings = await readLiveObjects(awaited, labelSelector, edge);
  const away = readings.find((reading) => reading.status === 'away');
  if (away) return away;
  return {
    status: 'seen',
    objects: readings.flatMap((reading, index) => {
      const item = awaited[index];
      return item ? [assessReading(item, reading)] : [];
    }),
  };
}

/** The reason of an object that we may not read. */
export const REFUSED_REASON = 'NotReadable';

function assessReading(awaited: AwaitedObject, reading: Reading): LookedAt {
  switch (reading.status) {
    case 'found':
      return { awaited, state: assessObject(reading.object), live: reading.object };
    case 'missing':
      return { awaited, state: pending('NotFound', 'it is not there') };
    case 'refused':
      return { awaited, state: pending(REFUSED_REASON, `the server refuses to tell: ${reading.message}`) };
    case 'away':
      return { awaited, state: pending('ServerAway', reading.message) };
  }
}

/** How long an object may be said to have failed, or may be missing or unreadable: an earlier deploy's failure may be healing. */
export const OBJECT_GRACE_MS = 15_000;

/** What is in the way of objects that are not ready: what their controllers say, and what their newest pods are in. */
export async function findObstacles(waiting: readonly LookedAt[], edge: ReadinessEdge): Promise<Obstacle[]> {
  const pods = await readOwnPods(
    waiting.flatMap(({ live }) => (live ? [live] : [])),
    edge,
  );
  const found = await Promise.all(
    waiting.map(async (looked) => [
      ...(await obstaclesOfPods(looked, pods.get(objectKey(looked.awaited.object)) ?? [], edge)),
      ...obstacleOfObject(looked),
    ]),
  );
  return found.flat();
}

async function obstaclesOfPods(
  { awaited, live }: LookedAt,
  pods: readonly LiveObject[],
  edge: ReadinessEdge,
): Promise<Obstacle[]> {
  const isJob = live !== undefined && groupKindOf(live) === 'batch/Job';
  const found = await Promise.all(
    pods.map(async (pod) =>
      [...findPodProblems(pod, { mayFail: isJob }), ...(await findMissingVolumes(pod, edge))].map((problem) => ({
        object: objectKey(awaited.object),
        pod: pod.metadata?.name ?? '',
        problem,
      })),
    ),
  );
  return found.flat();
}

function obstacleOfObject({ awaited, state }: LookedAt): Obstacle[] {
  if (state.status === 'ready') return [];
  const isJob = groupKindOf(awaited.object) === 'batch/Job';
  const isFinal = state.status === 'failed' || [REFUSED_REASON, 'NotFound'].includes(state.reason);
  if (!isFinal) return [];
  const problem = {
    kind: isJob && state.status === 'failed' ? ('job' as const) : ('object' as const),
    reason: state.reason,
    message: state.message,
    // A Job that has failed does not try again.
    graceMs: isJob && state.status === 'failed' ? 0 : OBJECT_GRACE_MS,
  };
  return [{ object: objectKey(awaited.object), problem }];
}

/** Not ready, as a line has it: `Deployment shop/web: 0 of 1 pods are ready`. Pure. */
export function describeWaiting({ awaited, state }: LookedAt): string {
  return `${describeObject(awaited.object)}: ${state.message}`;
}
