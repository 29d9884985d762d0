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

/** Pauses between looks: short at first, since most deploys take a second or two. */
export const LOOK_PAUSE_MS = { first: 150, longest: 1_000, growth: 1.4 } as const;

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
  for (
    let pauseMs: number = LOOK_PAUSE_MS.first;
    ;
    pauseMs = Math.min(LOOK_PAUSE_MS.longest, pauseMs * LOOK_PAUSE_MS.growth)
  ) {
    const look = await lookAt(targets, request.labelSelector, edge);
    signal.throwIfAborted();
    const nowMs = clock.now();
    away.record(look.status === 'away' ? look.message : undefined, nowMs);
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
    await clock.sleep(pauseMs, signal);
  }
}
