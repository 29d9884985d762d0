import type { ProcessRunner } from './process-runner';

/** The time, in milliseconds since the epoch, and waiting. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`; resolves early when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where a task prints. Every line goes to the terminal as it is. */
export interface Log {
  line(text: string): void;
}

/** The effects that a pipeline stage may have, given to it as an argument. */
export interface Tools {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Aborted on Ctrl-C, SIGTERM, or when the process that started us is gone. */
  readonly signal: AbortSignal;
}
