import { defineCodes } from '../catalogue-entry';

/** The READINESS codes. */
export const readinessCodes = defineCodes({
  READINESS_TIMED_OUT: {
    title: 'Something did not become ready in time',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: 'After {seconds} s these are not ready: {pending}',
    hint: 'Read the logs above. If it only needs longer, raise "timeoutSeconds" in the options of the deploy target.',
  },
  READINESS_CRASH_LOOP: {
    title: 'A container ends again and again',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message:
      '{source}: the container "{container}" of the pod {pod} ended {restarts} times, last with exit code {exitCode}. The pod was stopped.',
    hint: 'Read its log above, or all of it with: podman logs {podmanName}',
  },
  READINESS_CONTAINER_EXITED: {
    title: 'A container ended that should run',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message:
      '{source}: the container "{container}" of the pod {pod} ended with exit code {exitCode}, and its restartPolicy is {restartPolicy}.',
    hint: 'Read its log above, or all of it with: podman logs {podmanName}',
  },
});
