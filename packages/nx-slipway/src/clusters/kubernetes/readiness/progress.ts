/** After so long without a change a wait is told of again. */
export const PROGRESS_INTERVAL_MS = 15_000;

/** Nothing is told of a wait that is over so soon. */
export const QUIET_MS = 3_000;

/** So many objects are named in one line. */
const NAMED = 4;

/** Decides when a wait is told of. */
export interface Progress {
  /** The line to print now; `undefined` where it would say nothing new. */
  tell(waiting: readonly string[], nowMs: number): string | undefined;
}

/** Tells of a wait after a moment, when what is waited for changes, and every so often: `still waiting after 15 s for …`. */
export function createProgress(startedAtMs: number): Progress {
  let told = '';
  let toldAtMs = startedAtMs;
  return {
    tell: (waiting, nowMs) => {
      const text = renderWaiting(waiting);
      const isQuiet = nowMs - startedAtMs < QUIET_MS;
      const isNews = text !== told || nowMs - toldAtMs >= PROGRESS_INTERVAL_MS;
      if (waiting.length === 0 || isQuiet || !isNews) return undefined;
      told = text;
      toldAtMs = nowMs;
      return `waiting for ${text} (${Math.round((nowMs - startedAtMs) / 1_000)} s)`;
    },
  };
}

function renderWaiting(waiting: readonly string[]): string {
  const rest = waiting.length - NAMED;
  return [...waiting.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}
