import type { Clock } from '../exec/tools';

/** After this long without a line a build is said to be silent; each further time after twice as long. */
export const SILENCE_MS = 60_000;

/** Listens to a build. */
export interface SilenceWatch {
  /** A line came. */
  heard(): void;
  /** The build has ended: nothing is reported any more. */
  stop(): void;
}

/** Calls `onSilence` with the time since the last line when that is a minute, two, four and so on. */
export function watchSilence(clock: Clock, onSilence: (silentMs: number) => void): SilenceWatch {
  const ended = new AbortController();
  let heardAt = clock.now();
  let reportAfterMs = SILENCE_MS;
  void (async () => {
    while (!ended.signal.aborted) {
      const silentMs = clock.now() - heardAt;
      if (silentMs >= reportAfterMs) {
        onSilence(silentMs);
        reportAfterMs *= 2;
      }
      await clock.sleep(Math.max(1, reportAfterMs - (clock.now() - heardAt)), ended.signal);
    }
  })();
  return {
    heard: () => {
      heardAt = clock.now();
      reportAfterMs = SILENCE_MS;
    },
    stop: () => ended.abort(),
  };
}
