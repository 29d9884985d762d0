import { SlipwayError, type ProblemDetails } from '../../../errors/slipway-error';
import { isServerTrouble, type KubeApi } from '../kube-api';
import type { KubernetesTools } from '../kubernetes-tools';

/** How long a server that does not answer is asked again: a control plane that starts anew takes 20 s. */
export const AWAY_LIMIT_MS = 60_000;

/** Between two questions to a server that does not answer. */
export const AWAY_INTERVAL_MS = 500;

/**
 * Reads one path of the API; `undefined` where there is no such thing. Asks again while the server is away.
 * @throws {SlipwayError} CLUSTER_API_REFUSED, CLUSTER_API_AWAY
 */
export async function readApi(
  path: string,
  { api, tools }: { readonly api: KubeApi } & Pick<KubernetesTools, 'tools'>,
): Promise<unknown> {
  const deadline = tools.clock.now() + AWAY_LIMIT_MS;
  for (;;) {
    tools.signal.throwIfAborted();
    const answer = await api.get(path);
    if (answer.status === 'ok') return answer.body;
    if (answer.status === 'refused' && !isServerTrouble(answer.httpStatus)) {
      if (answer.httpStatus === 404) return undefined;
      throw new SlipwayError('CLUSTER_API_REFUSED', { path, status: answer.httpStatus, reason: answer.message });
    }
    if (tools.clock.now() >= deadline) throw apiAway(answer.message);
    await tools.clock.sleep(AWAY_INTERVAL_MS, tools.signal);
  }
}

/** The error of a server that has not answered for `AWAY_LIMIT_MS`. */
export function apiAway(reason: string, details?: ProblemDetails): SlipwayError {
  return new SlipwayError('CLUSTER_API_AWAY', { seconds: AWAY_LIMIT_MS / 1_000, reason }, details);
}
