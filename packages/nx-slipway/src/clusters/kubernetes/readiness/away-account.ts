/** For so long in all the API server may be away without that the deploy has less time: a control plane that starts anew takes 20 s. */
export const AWAY_ALLOWANCE_MS = 60_000;

/** The present absence of a server. */
export interface Absence {
  readonly forMs: number;
  /** What was tried, and what came of it. */
  readonly message: string;
}

/** Keeps account of the time in which the API server did not answer. */
export interface AwayAccount {
  /**
   * Notes whether the server answered; tells when it goes and when it is back. It is away since it was asked in vain: a server that hangs
   * is given up after 10 s.
   * @param message why it did not answer; `undefined` when it did
   */
  record(message: string | undefined, at: { readonly askedAtMs: number; readonly nowMs: number }): void;
  /** By how much the absences so far put off a deadline. */
  allowedMs(nowMs: number): number;
  current(nowMs: number): Absence | undefined;
}

/** Opens an account. */
export function createAwayAccount(print: (line: string) => void): AwayAccount {
  let pastMs = 0;
  let absent: { readonly sinceMs: number; readonly message: string } | undefined;
  const currentMs = (nowMs: number): number => (absent ? nowMs - absent.sinceMs : 0);
  return {
    record: (message, { askedAtMs, nowMs }) => {
      if (message !== undefined) {
        if (!absent) print(`the API server does not answer (${message}); waiting for it`);
        absent = { sinceMs: absent?.sinceMs ?? askedAtMs, message };
      } else if (absent) {
        print(`the API server answers again, after ${Math.round(currentMs(nowMs) / 1_000)} s`);
        pastMs += currentMs(nowMs);
        absent = undefined;
      }
    },
    allowedMs: (nowMs) => Math.min(AWAY_ALLOWANCE_MS, pastMs + currentMs(nowMs)),
    current: (nowMs) => absent && { forMs: currentMs(nowMs), message: absent.message },
  };
}
