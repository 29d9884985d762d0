import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';

/** What is said of tests that failed. */
export interface FailedTests {
  /** `project:target`. */
  readonly target: string;
  readonly timeoutSeconds: number;
  /** Workspace-relative folder of the diagnostics. */
  readonly folder: string;
}

/** The error that a test command ends its task with: E2E_CANCELLED, E2E_TIMED_OUT or E2E_FAILED. Pure. */
export function describeFailure(result: RunResult, { target, timeoutSeconds, folder }: FailedTests): SlipwayError {
  if (result.status === 'cancelled') return new SlipwayError('E2E_CANCELLED', { target, folder });
  if (result.status === 'timed-out') {
    return new SlipwayError('E2E_TIMED_OUT', { target, seconds: timeoutSeconds, folder });
  }
  return new SlipwayError('E2E_FAILED', { target, outcome: describeOutcome(result), folder });
}

function describeOutcome({ status, exitCode, signal }: RunResult): string {
  // A shell is everywhere.
  if (status === 'not-found') return 'could not be started, since there is no such folder as its "cwd" names';
  return exitCode === undefined ? `was killed by ${signal}` : `ended with exit code ${exitCode}`;
}
