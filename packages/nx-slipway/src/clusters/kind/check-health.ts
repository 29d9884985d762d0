import type { KubeApi } from '../kubernetes/kube-api';

/** Whether a cluster takes deploys now. */
export type Health =
  | { readonly status: 'ready' }
  /** `reason` completes a sentence, e.g. `the node e2e-worker is not ready (Kubelet stopped posting node status.)`. */
  | { readonly status: 'not-ready'; readonly reason: string };

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** Asks a cluster's API for its nodes. @param expected names of the nodes that must be ready */
export async function checkHealth(api: KubeApi, expected: readonly string[]): Promise<Health> {
  const answer = await api.get('/api/v1/nodes');
  if (answer.status !== 'ok')
    return { status: 'not-ready', reason: `its API does not answer (${oneLine(answer.message)})` };
  return assessNodes(answer.body, expected);
}

/** Judges what `GET /api/v1/nodes` gave. Pure. */
export function assessNodes(body: unknown, expected: readonly string[]): Health {
  const nodes = new Map(
    ((body as { items?: readonly NodeObject[] }).items ?? []).map((node) => [node.metadata.name, node]),
  );
  for (const name of expected) {
    const node = nodes.get(name);
    if (!node) return { status: 'not-ready', reason: `the node ${name} is not known to it` };
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') {
      return { status: 'not-ready', reason: `the node ${name} is not ready (${ready?.message ?? 'no status yet'})` };
    }
  }
  return { status: 'ready' };
}

function oneLine(message: string): string {
  return message.trim().split('\n').at(-1) ?? '';
}
