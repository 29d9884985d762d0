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
  E2E_COVERAGE_NOT_DEPLOYED: {
    title: 'Nothing that was tested runs with coverage',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message:
      '{target} is to gather Go coverage, and none of the deploys that it tests ({deploys}) was made with "goCoverage".',
    hint: 'Set "goCoverage": true in the same configuration of their deploy-only, and "buildArgs" for go build -cover in that of their image-build. Run all of it by: npx nx run {target} -c coverage',
  },
  E2E_COVERAGE_NOT_COUNTED: {
    title: 'An image has left no coverage',
    severity: 'warning',
    blame: 'user',
    retryable: false,
    message: 'The image {image} of {project} has left no coverage: {reason}.',
    hint: 'Build it with go build -cover (Go 1.20 or later), for example by a build argument that its Dockerfile reads. A program must end by itself when it gets SIGTERM: what is killed writes nothing.',
  },
  E2E_COVERAGE_EMPTY: {
    title: 'There is no coverage to report',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The tests of {target} passed, and no program that they used has left coverage.',
    hint: 'What is wrong with each image is told above.',
  },
  E2E_COVERAGE_GO_NOT_FOUND: {
    title: 'Go is not installed',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message:
      'go was not found on PATH. The coverage that {target} has gathered in {folder} is read by "go tool covdata".',
    hint: 'Install Go 1.20 or later (go.dev/dl), and run the target again.',
  },
  E2E_COVERAGE_UNREADABLE: {
    title: 'Coverage could not be read',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message: '"go tool covdata" could not read the coverage that {target} has gathered in {folder} ({status}).',
    hint: 'The Go of this machine must be as new as the one that the images are built with: go version',
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
