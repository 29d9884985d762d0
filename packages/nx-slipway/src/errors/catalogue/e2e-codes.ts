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
  E2E_ENDPOINT_UNSUPPORTED: {
    title: 'A Service cannot be reached from here',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The Service {service} has the port {port} over UDP, which the API server of Kubernetes does not forward.',
    hint: 'Make it a ClusterIP Service, and test it from a pod; or run these tests on the podman cluster.',
  },
  E2E_ENDPOINT_UNREACHABLE: {
    title: 'A Service did not answer',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: 'The port {port} of the Service {service} was not reached within {seconds} s: {reason}.',
    hint: 'See that its selector selects pods that are ready and listen on targetPort. Deploy again if they were removed.',
  },
  E2E_OTHER_CLUSTER: {
    title: 'What is tested was deployed to another cluster',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message:
      '{project} was deployed to a cluster of the provider {deployed}, and the tests of {target} are to run on {provider}.',
    hint: 'Deploy to the same cluster first: run {target} without --excludeTaskDependencies, and with the same NX_SLIPWAY_CLUSTER.',
  },
});
