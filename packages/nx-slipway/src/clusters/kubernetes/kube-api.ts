import type { KubernetesObject } from '../cluster';

/** What the API server said to a GET. */
export type ApiAnswer =
  /** `body` is parsed JSON; text where the server answers with text (the log of a container). */
  | { readonly status: 'ok'; readonly body: unknown }
  /** A `Status` of the API server, e.g. 404 and `pods "web-0" not found`. */
  | { readonly status: 'refused'; readonly httpStatus: number; readonly message: string }
  /** No answer: the server is not there, or not yet. */
  | { readonly status: 'unreachable'; readonly message: string };

/** The reading side of a cluster's API: for polling and for looking whether anything has changed, where a kubectl call of 0.4 s is too much. */
export interface KubeApi {
  /**
   * Reads one path, e.g. `/apis/apps/v1/namespaces/default/deployments?labelSelector=app%3Dweb`. An error of the API is a result;
   * rejects only with the signal's reason.
   */
  get(path: string): Promise<ApiAnswer>;
}

/** The same with the writing that a deploy does for itself. */
export interface WritableKubeApi extends KubeApi {
  /**
   * Applies one object server-side by this process, as `kubectl apply --server-side --force-conflicts` does in 0.4 s. `undefined` where only
   * kubectl can authenticate; an error of the API is a result. Rejects only with the signal's reason.
   */
  apply(path: string, object: KubernetesObject, fieldManager: string): Promise<ApiAnswer | undefined>;
}

/** The statuses of a server that has trouble of its own, or too much to do: not an answer yet. */
const TROUBLE: readonly number[] = [429, 500, 502, 503, 504];

/** Whether a server that refuses may well answer in a moment. Pure. */
export function isServerTrouble(httpStatus: number): boolean {
  return TROUBLE.includes(httpStatus);
}
