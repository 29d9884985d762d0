import type { AwaitedObject, ReadinessEdge } from './awaited-object';
import { createAwayAccount } from './away-account';
import { explainFailure, explainTimeOut } from './explain-failure';
import { createFailureWatch } from './failure-watch';
import { createFinishedJobs } from './finished-jobs';
import { describeWaiting, findObstacles, lookAt, type LookedAt } from './look-round';
import { createProgress } from './progress';
import { createSteadiness } from './steadiness';

/** What is waited for. */
export interface ReadinessRequest {
  readonly objects: readonly AwaitedObject[];
  readonly timeoutMs: number;
  /** Label that most of the objects bear, e.g. `nx-slipway.io/owner=web`: then not all of a namespace has to be read. */
  readonly labelSelector?: string;
  /** Stands before lines of progress: the project. */
  readonly subject: string;
}

/**
 * Pauses between looks: a tenth of the time that has passed, so that what is ready is noticed when a twentieth more has passed (kubectl's
 * roll-out status, which watches, notices at once), and a long wait costs little.
 */
export const LOOK_PAUSE_MS = { shortest: 150, longest: 1_000, share: 0.1 } as const;

/** So often the pods of what is not ready are looked at, too. */
export const PODS_PAUSE_MS = 1_000;

/**
 * Waits until every object is ready, all at the same time.
 * Ends early where one will not become ready (`find-pod-problems.ts`). A server that is away is waited for, and the time is not
 * taken from the deploy's, up to `AWAY_ALLOWANCE_MS`. Rejects with the signal's reason as soon as the task is cancelled.
 * @throws {SlipwayError} READINESS_TIMED_OUT with reasons, events and log ends of all that is not ready; READINESS_API_AWAY; the codes of
 * `explainFailure`
 */
export async function waitReady(request: ReadinessRequest, edge: ReadinessEdge): Promise<void> {
  const { clock, log, signal } = edge.tools;
  const startedAtMs = clock.now();
  const print = (line: string): void => log.line(`${request.subject}: ${line}`);
  const watch = createFailureWatch();
  const progress = createProgress(startedAtMs);
  const steadiness = createSteadiness();
  const finishedJobs = createFinishedJobs(edge);
  const away = createAwayAccount(print);
  let waiting: readonly LookedAt[] = [];
  let targets = request.objects;
  let podsAtMs = startedAtMs;
  for (;;) {
    const askedAtMs = clock.now();
    const look = await lookAt(targets, request.labelSelector, edge);
    signal.throwIfAborted();
    const nowMs = clock.now();
    away.record(look.status === 'away' ? look.message : undefined, { askedAtMs, nowMs });
    if (look.status === 'seen') {
      waiting = steadiness.filterWaiting(await finishedJobs.settle(look.objects), nowMs);
      if (waiting.length === 0 && targets === request.objects) return;
      // Once the last ones are ready, all are looked at together: some may have failed in the meantime.
      if (waiting.length === 0) {
        targets = request.objects;
        continue;
      }
      targets = waiting.map(({ awaited }) => awaited);
      const line = progress.tell(waiting.map(describeWaiting), nowMs);
      if (line !== undefined) print(line);
      if (nowMs >= podsAtMs) {
        podsAtMs = nowMs + PODS_PAUSE_MS;
        const final = watch.observe(await findObstacles(waiting, edge), nowMs);
        if (final.length > 0) throw await explainFailure(final, waiting, edge);
      }
    }
    if (nowMs >= startedAtMs + request.timeoutMs + away.allowedMs(nowMs)) {
      throw await explainTimeOut({ waiting, away: away.current(nowMs), timeoutMs: request.timeoutMs }, edge);
    }
    await clock.sleep(pauseAfter(nowMs - startedAtMs), signal);
  }
}

function pauseAfter(elapsedMs: number): number {
  return Math.min(LOOK_PAUSE_MS.longest, Math.max(LOOK_PAUSE_MS.shortest, elapsedMs * LOOK_PAUSE_MS.share));
}
