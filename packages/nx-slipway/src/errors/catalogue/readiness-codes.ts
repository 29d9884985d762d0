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
  READINESS_IMAGE_NOT_PULLED: {
    title: 'A node cannot get the image of a pod',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message:
      '{source}: {object} will not become ready: the image of the container "{container}" of the pod {pod} cannot be pulled ({reason}).',
    hint: 'Name an image that a project of this workspace builds as that project does, or see that its registry, tag and imagePullSecrets are right. To see more: {command}',
  },
  READINESS_POD_CRASH_LOOP: {
    title: 'A container of a pod ends again and again',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message:
      '{source}: {object} will not become ready: the container "{container}" of the pod {pod} ended {ends} times, last with {outcome}.',
    hint: 'Read its log above, or all of it with: {command}',
  },
  READINESS_POD_EXITED: {
    title: 'A container of a pod ended, and is not started again',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message:
      '{source}: {object} will not become ready: the container "{container}" of the pod {pod} ended with {outcome}, and its restartPolicy is Never.',
    hint: 'Read its log above, or all of it with: {command}',
  },
  READINESS_POD_INVALID: {
    title: 'A pod cannot be started as it is asked for',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: '{source}: {object} will not become ready: the pod {pod} cannot be started as it is asked for ({reason}).',
    hint: 'Correct what it names: a program, a Secret, a ConfigMap, a key, a user. To see more: {command}',
  },
  READINESS_POD_UNSCHEDULABLE: {
    title: 'No node takes a pod',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: '{source}: {object} will not become ready: no node takes the pod {pod} ({reason}).',
    hint: 'Ask for less memory or CPU, or correct nodeSelector, tolerations and volumes. To see more: {command}',
  },
  READINESS_JOB_FAILED: {
    title: 'A Job failed',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: '{source}: {object} failed ({reason}).',
    hint: 'Read the log above. To see more: {command}',
  },
  READINESS_OBJECT_FAILED: {
    title: 'An object will not become ready',
    severity: 'error',
    blame: 'user',
    retryable: true,
    message: '{source}: {object} will not become ready ({reason}).',
    hint: 'To see more: {command}',
  },
  READINESS_API_AWAY: {
    title: 'The API server does not answer',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message:
      'After {seconds} s it is not known whether all is ready: the API server has not answered for {awaySeconds} s ({reason}).',
    hint: 'Deploy again when it answers. To try it: {command}',
  },
});
