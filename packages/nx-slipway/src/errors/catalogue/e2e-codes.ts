import { defineCodes } from '../catalogue-entry';

/** The E2E codes: how a run of end-to-end tests ended. */
export const e2eCodes = defineCodes({
  E2E_FAILED: {
    title: 'The end-to-end tests failed',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The test command of {target} {outcome}.',
    hint: 'Logs, states and events of what was deployed are in {folder}',
  },
  E2E_TIMED_OUT: {
    title: 'The end-to-end tests took too long',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: 'The test command of {target} did not end within {seconds} s and was stopped.',
    hint: 'Raise "timeoutSeconds" of {target} if the tests need longer. Logs and states are in {folder}',
  },
  E2E_CANCELLED: {
    title: 'The end-to-end tests were cancelled',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: 'The test command of {target} was stopped, because the task was cancelled.',
    hint: 'Logs and states of what was deployed are in {folder}',
  },
  E2E_DIAGNOSTICS_INCOMPLETE: {
    title: 'Logs and states of what was deployed could not all be collected',
    severity: 'warning',
    blame: 'environment',
    retryable: true,
    message: 'What is in {folder} is not complete: {reason}.',
    hint: 'How the tests ended is told below. To see the containers themselves, run: podman ps --all',
  },
});
