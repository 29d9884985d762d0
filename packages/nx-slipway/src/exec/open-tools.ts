import { createProcessRunner } from './execa-runner';
import type { Clock, Log, Tools } from './tools';

/** The real effects, and what ends them. */
export interface OpenedTools {
  /** `signal` is aborted on Ctrl-C, SIGTERM, SIGHUP, and when the process that started us is gone. */
  readonly tools: Tools;
  /** Stops listening to signals. */
  readonly close: () => void;
}

/** Opens the effects of a boundary (an executor, the command line), which ends in its own order when it is cancelled. */
export function openTools(log: Log): OpenedTools {
  const cancellation = new AbortController();
  const close = abortOnTermination(cancellation);
  // The reader of our output may be gone (`kill -9` of nx): that must not keep us from cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    tools: { runner: createProcessRunner(), clock: systemClock, env: process.env, log, signal: cancellation.signal },
    close,
  };
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, signal?.aborted ? 0 : ms);
      signal?.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
    }),
};

/** Nx passes Ctrl-C on as SIGTERM; after `kill -9` of nx only the closed channel to it tells. */
function abortOnTermination(cancellation: AbortController): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const abort = (): void => cancellation.abort(new Error('The task was cancelled.'));
  for (const signal of signals) process.on(signal, abort);
  process.on('disconnect', abort);
  return () => {
    for (const signal of signals) process.off(signal, abort);
    process.off('disconnect', abort);
  };
}
