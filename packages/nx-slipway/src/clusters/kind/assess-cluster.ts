import type { KindState } from './kind-state';
import type { NodeContainer } from './parse-node-listing';

/** What has become of a cluster, from its containers and from what is remembered. */
export type ClusterCondition =
  | { readonly status: 'absent' }
  /** Somebody else's: no container is one that this machine store made. */
  | { readonly status: 'foreign' }
  /** Its creation did not end. */
  | { readonly status: 'half-made' }
  /** `reason` completes a sentence. */
  | { readonly status: 'broken'; readonly reason: string }
  | { readonly status: 'stopped'; readonly stopped: readonly string[] }
  | { readonly status: 'running' };

/** Judges by IDs of containers: a name alone may be that of a cluster that somebody made in its place. Pure. */
export function assessCluster(state: KindState | undefined, found: readonly NodeContainer[]): ClusterCondition {
  if (state?.status === 'creating') return { status: 'half-made' };
  if (found.length === 0) return { status: 'absent' };
  if (state === undefined) return { status: 'foreign' };
  const ids = new Set(found.map(({ id }) => id));
  const gone = state.nodes.filter(({ id }) => !ids.has(id)).map(({ name }) => name);
  if (gone.length === state.nodes.length) return { status: 'foreign' };
  if (gone.length > 0)
    return {
      status: 'broken',
      reason: `${gone.length === 1 ? 'the node' : 'the nodes'} ${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone`,
    };
  const stopped = found.filter(({ state: now }) => now !== 'running').map(({ name }) => name);
  return stopped.length === 0 ? { status: 'running' } : { status: 'stopped', stopped };
}
