import type { RunResult } from '../../../exec/process-runner';
import type { ApiAnswer } from '../kube-api';
import type { Kubectl } from '../kubectl';

/** Reads one path of the API by `kubectl get --raw`: for credentials that only kubectl can get. @throws {SlipwayError} CLUSTER_KUBECTL_NOT_FOUND; the signal's reason */
export async function getByKubectl(path: string, kubectl: Kubectl): Promise<ApiAnswer> {
  return readKubectlAnswer(path, await kubectl.attempt(['get', '--raw', path]));
}

/** Reasons of the API machinery and their HTTP status (apimachinery v0.34, pkg/api/errors). */
const HTTP_STATUS_OF_REASON: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  Conflict: 409,
  AlreadyExists: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
};

/** What kubectl printed, as an answer. Logs are text; everything else is JSON. Pure. */
export function readKubectlAnswer(path: string, { status, stdout, stderr }: RunResult): ApiAnswer {
  if (status === 'ok') {
    return { status: 'ok', body: /\/pods\/[^/]+\/log(\?|$)/.test(path) ? stdout : (JSON.parse(stdout) as unknown) };
  }
  const named = /^Error from server \((\w+)\): ([\s\S]*)/m.exec(stderr);
  if (named) {
    const httpStatus = HTTP_STATUS_OF_REASON[named[1] ?? ''] ?? 500;
    return { status: 'refused', httpStatus, message: (named[2] ?? '').trim() };
  }
  if (/^error: You must be logged in to the server/m.test(stderr)) {
    return { status: 'refused', httpStatus: 401, message: 'Unauthorized' };
  }
  return { status: 'unreachable', message: stderr.trim() || `kubectl ended with status ${status}` };
}
