import { SlipwayError } from '../../errors/slipway-error';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { isProcessAlive } from './process-alive';
import { renderRedirectRules } from './redirect-rules';
import type { Redirect } from './resolve-services';

/**
 * Puts a pod's redirects, and no others, into its network namespace. They are gone with the namespace, so a pod that was
 * restarted needs them anew. Does nothing for a pod that does not run.
 * @throws {SlipwayError} CLUSTER_TOOL_MISSING
 */
export async function applyRedirects(
  pod: ListedPod,
  redirects: readonly Redirect[],
  { tools }: ClusterTools,
): Promise<void> {
  const pid = [pod.infra, ...pod.containers].map((member) => member?.pid ?? 0).find(isProcessAlive);
  if (pid === undefined) return;
  const { runner, signal } = tools;
  const result = await runner.run('nsenter', ['--target', String(pid), '--net', 'iptables-restore'], {
    input: renderRedirectRules(pod.address, redirects),
    signal,
  });
  signal.throwIfAborted();
  if (result.status === 'ok' || !isProcessAlive(pid)) return;
  const tool = result.status === 'not-found' ? 'nsenter' : 'nsenter with iptables-restore';
  const reason = result.output.trim().split('\n').at(-1) || result.status;
  throw new SlipwayError(
    'CLUSTER_TOOL_MISSING',
    { pod: `${pod.namespace}/${pod.name}`, tool, reason },
    { toolOutput: result.output },
  );
}
