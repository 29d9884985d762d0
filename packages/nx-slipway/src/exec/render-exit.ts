import type { RunResult } from './process-runner';

/** How a command ended, for messages: `exit code 3`, or, where it gave none, `killed`, `timed-out` and so on. Pure. */
export function renderExit({ status, exitCode }: Pick<RunResult, 'status' | 'exitCode'>): string {
  return exitCode === undefined ? status : `exit code ${exitCode}`;
}
