import { objectKey } from './awaited-object';
import type { LookedAt } from './look-round';
import { pending } from './readiness-state';
import { hasRunToItsEnd } from './finished-jobs';
import { hasUnprobedContainer } from './select-own-pods';

/**
 * A container without a readiness probe has to have been ready for so long before it counts: it is ready as soon as it runs, and kubelet
 * looks every second whether it still does (`genericPlegRelistPeriod`, Kubernetes 1.34).
 */
export const STEADY_MS = 1_500;

/** Tells which objects are still to be waited for. */
export interface Steadiness {
  /** Those that are not ready, or have been ready for too short a time for what they are. */
  filterWaiting(objects: readonly LookedAt[], nowMs: number): LookedAt[];
}

/** An object that was ready at the first look is as it was left, and needs no more time. */
export function createSteadiness(): Steadiness {
  const wasWaiting = new Set<string>();
  const readySince = new Map<string, number>();
  return {
    filterWaiting: (objects, nowMs) =>
      objects.flatMap((looked) => {
        const key = objectKey(looked.awaited.object);
        if (looked.state.status !== 'ready') {
          wasWaiting.add(key);
          readySince.delete(key);
          return [looked];
        }
        const since = readySince.get(key) ?? nowMs;
        readySince.set(key, since);
        const isSteady = !wasWaiting.has(key) || nowMs - since >= STEADY_MS;
        if (isSteady || !looked.live || hasRunToItsEnd(looked.live) || !hasUnprobedContainer(looked.live)) return [];
        return [{ ...looked, state: pending('JustStarted', 'it runs, but not for long') }];
      }),
  };
}
