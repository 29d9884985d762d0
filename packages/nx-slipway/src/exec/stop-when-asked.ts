import type { RunOptions } from './process-runner';

/** How long a process may take to end after SIGTERM before it gets SIGKILL. */
const KILL_DELAY_MS = 5_000;

/**
 * How long after that its streams may still be open. Something that it has started and that no signal reached (a command in a node, in a session of
 * its own) may hold them for ever.
 */
const RELEASE_DELAY_MS = 1_000;

/** Stops one process when it is asked to. */
export interface Stopper {
  /** Why we stopped the process; `undefined` if it ended by itself. */
  reason(): 'timed-out' | 'cancelled' | undefined;
  dispose(): void;
}

/**
 * Sends SIGTERM on abort and at the time limit, and SIGKILL later; to the whole group where the process has its own.
 * @param closeStreams is called a moment later, so that nobody waits for what holds them
 */
export function stopWhenAsked(
  pid: number | undefined,
  ownProcessGroup: boolean,
  options: Pick<RunOptions, 'signal' | 'timeoutMs'>,
  closeStreams: () => void,
): Stopper {
  let reason: 'timed-out' | 'cancelled' | undefined;
  const timers: NodeJS.Timeout[] = [];
  const send = (signal: NodeJS.Signals): void => {
    if (pid === undefined) return;
    try {
      process.kill(ownProcessGroup ? -pid : pid, signal);
    } catch {
      // ESRCH: it has ended in the meantime.
    }
  };
  const stop = (why: 'timed-out' | 'cancelled'): void => {
    if (reason) return;
    reason = why;
    send('SIGTERM');
    timers.push(setTimeout(() => send('SIGKILL'), KILL_DELAY_MS));
    timers.push(setTimeout(closeStreams, KILL_DELAY_MS + RELEASE_DELAY_MS));
  };
  const onAbort = (): void => stop('cancelled');
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.timeoutMs !== undefined) timers.push(setTimeout(() => stop('timed-out'), options.timeoutMs));
  return {
    reason: () => reason,
    dispose: () => {
      options.signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      if (reason && ownProcessGroup) send('SIGKILL');
    },
  };
}
