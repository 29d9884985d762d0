import type { ClusterTools } from './cluster-tools';

/** How many lines of a container's log go into an error. */
const ERROR_LOG_LINES = 40;

/** The end of a container's log, Secret values redacted; empty when podman cannot tell. */
export async function readLogEnd(
  podmanName: string,
  redact: (text: string) => string,
  { podman }: ClusterTools,
): Promise<string> {
  const result = await podman.attempt(['logs', '--tail', String(ERROR_LOG_LINES), podmanName]);
  return result.status === 'ok' ? redact(result.output) : '';
}
