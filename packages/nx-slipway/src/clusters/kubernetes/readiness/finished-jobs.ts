import { findCondition, groupKindOf, listAt, type LiveObject } from '../live-object';
import { describeObject, objectKey, type AwaitedObject, type ReadinessEdge } from './awaited-object';
import type { LookedAt } from './look-round';
import { failed, ready } from './readiness-state';

/** Knows which Jobs have run to their end, also when the cluster has removed them since (`ttlSecondsAfterFinished`). */
export interface FinishedJobs {
  /** What was seen, with the state of finished Jobs that are being removed, or are gone, as they ended. */
  settle(objects: readonly LookedAt[]): Promise<readonly LookedAt[]>;
}

/**
 * A Job that was seen complete stays so. Of one that was gone before it was seen to end, its events tell: they outlive it by an hour. Where these
 * may not be read, it is missing.
 */
export function createFinishedJobs(edge: ReadinessEdge): FinishedJobs {
  const completed = new Set<string>();
  const settleOne = async (looked: LookedAt): Promise<LookedAt> => {
    const { awaited, live } = looked;
    if (groupKindOf(awaited.object) !== 'batch/Job') return looked;
    const key = objectKey(awaited.object);
    if (live && hasRunToItsEnd(live)) completed.add(key);
    if (completed.has(key)) return { ...looked, state: ready('it completed') };
    if (live || looked.state.status === 'ready' || looked.state.reason !== 'NotFound') return looked;
    const outcome = await readOutcome(awaited, edge);
    if (outcome === 'completed') {
      completed.add(key);
      return { ...looked, state: ready('it completed, and is gone') };
    }
    return outcome === undefined ? looked : { ...looked, state: failed('JobFailed', outcome) };
  };
  return { settle: (objects) => Promise.all(objects.map(settleOne)) };
}

/** How a Job that is gone ended, by what its controller has said of it (Kubernetes 1.34, pkg/controller/job, `recordJobFinished`). */
async function readOutcome({ object }: AwaitedObject, edge: ReadinessEdge): Promise<string | undefined> {
  const { uid, namespace = edge.target.namespace } = object.metadata ?? {};
  if (uid === undefined) return undefined;
  const selector = encodeURIComponent(`involvedObject.uid=${uid}`);
  const answer = await edge.api.get(
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldSelector=${selector}`,
  );
  if (answer.status !== 'ok') return undefined;
  const events = listAt(answer.body, 'items');
  if (events.some(({ reason }) => reason === 'Completed')) return 'completed';
  const failure = events.find(({ reason }) => FAILURES.includes(String(reason)));
  return failure && `${describeObject(object)} is gone; it had failed: ${String(failure['message'])}`;
}

/** Reasons with which a Job fails (Kubernetes 1.34, staging/src/k8s.io/api/batch/v1/types.go). */
const FAILURES = [
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
  'PodFailurePolicy',
];

/** Whether an object has done its work, so that nothing of it has to go on running. Pure. */
export function hasRunToItsEnd(object: LiveObject): boolean {
  const kind = groupKindOf(object);
  if (kind === 'batch/Job') return findCondition(object, 'Complete')?.status === 'True';
  return kind === 'Pod' && (object['status'] as { readonly phase?: string } | undefined)?.phase === 'Succeeded';
}
