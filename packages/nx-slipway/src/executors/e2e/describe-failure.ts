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
  const outcome =
    result.exitCode === undefined ? `was killed by ${result.signal}` : `ended with exit code ${result.exitCode}`;
  return new SlipwayError('E2E_FAILED', { target, outcome, folder });
}
