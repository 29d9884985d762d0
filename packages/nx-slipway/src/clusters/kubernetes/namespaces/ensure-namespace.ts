import { SlipwayError } from '../../../errors/slipway-error';
import type { Tools } from '../../../exec/tools';
import type { KubeApi } from '../kube-api';
import { kubectlFailed, type Kubectl } from '../kubectl';
import { isOurs, MANAGER, namespaceMarks, type NamespaceObject } from './namespace-marks';
import { toLabel } from './render-namespace';

/** Which namespace, and whose. */
export interface NamespaceRequest {
  readonly namespace: string;
  /** Name of the workspace, the same in every checkout. */
  readonly workspace: string;
  readonly user: string | undefined;
  /** E.g. `7d`: so long after its last use `gc` removes it. */
  readonly timeToLive: string;
}

/** What it works with. */
export interface NamespaceTools {
  readonly api: KubeApi;
  readonly kubectl: Kubectl;
  readonly tools: Pick<Tools, 'clock' | 'signal' | 'log'>;
}

/** Its last use is noted again only when the note is older: a kubectl call costs 0.4 s. */
const NOTE_AGAIN_AFTER_MS = 3_600_000;
const REMOVAL_LIMIT_MS = 120_000;
const POLL_MS = 500;
const MAX_LABEL_LENGTH = 63;

/**
 * Afterwards the namespace is there. One that is missing is made and marked as ours. One that somebody else made is used as it is and
 * never marked, so that it is never removed. One that is being removed is waited for.
 * @throws {SlipwayError} CLUSTER_NAMESPACE_FOREIGN, CLUSTER_NAMESPACE_STUCK, CLUSTER_KUBECTL_FAILED
 */
export async function ensureNamespace(request: NamespaceRequest, edge: NamespaceTools): Promise<void> {
  const found = await waitUntilSettled(request.namespace, edge);
  if (found === 'unreadable') return;
  if (found === undefined) await create(request, edge);
  else if (isOurs(found)) await keep(found, request, edge);
}

/** Reads a namespace; `undefined` where there is none, `unreadable` where this user may not look. */
async function readNamespace(
  name: string,
  { api }: NamespaceTools,
): Promise<NamespaceObject | 'unreadable' | undefined> {
  const answer = await api.get(`/api/v1/namespaces/${name}`);
  if (answer.status === 'ok') return answer.body as NamespaceObject;
  // A server that does not answer is told by the first command that needs it.
  return answer.status === 'refused' && answer.httpStatus === 404 ? undefined : 'unreadable';
}

async function waitUntilSettled(name: string, edge: NamespaceTools) {
  const { clock, signal, log } = edge.tools;
  const deadline = clock.now() + REMOVAL_LIMIT_MS;
  for (let round = 0; ; round++) {
    const found = await readNamespace(name, edge);
    if (found === undefined || found === 'unreadable' || found.status?.phase !== 'Terminating') return found;
    if (clock.now() > deadline) {
      throw new SlipwayError('CLUSTER_NAMESPACE_STUCK', { namespace: name, seconds: REMOVAL_LIMIT_MS / 1_000 });
    }
    if (round === 0) log.line(`Waiting for the namespace ${name}, which is being removed.`);
    await clock.sleep(POLL_MS, signal);
    signal.throwIfAborted();
  }
}

async function create(request: NamespaceRequest, { kubectl, tools }: NamespaceTools): Promise<void> {
  const input = JSON.stringify(renderNamespaceObject(request, new Date(tools.clock.now())));
  const result = await kubectl.attempt(['create', '-f', '-'], { input });
  // Another deploy of this run may have been first.
  if (result.status !== 'ok' && !result.stderr.includes('(AlreadyExists)')) throw kubectlFailed(result);
}

/** The namespace as it is made. Pure. */
export function renderNamespaceObject({ namespace, workspace, user, timeToLive }: NamespaceRequest, now: Date): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: {
        [namespaceMarks.managedBy]: MANAGER,
        [namespaceMarks.workspace]: toLabel(workspace, MAX_LABEL_LENGTH),
        ...(user === undefined ? {} : { [namespaceMarks.user]: toLabel(user, MAX_LABEL_LENGTH) }),
      },
      annotations: { [namespaceMarks.timeToLive]: timeToLive, [namespaceMarks.usedAt]: now.toISOString() },
    },
  };
}

async function keep(
  found: NamespaceObject,
  { namespace, workspace, timeToLive }: NamespaceRequest,
  { kubectl, tools }: NamespaceTools,
): Promise<void> {
  const { labels = {}, annotations = {} } = found.metadata;
  const us = toLabel(workspace, MAX_LABEL_LENGTH);
  const owner = labels[namespaceMarks.workspace] ?? '';
  if (owner !== us) {
    const facts = { namespace, owner: `the workspace ${owner}`, us, example: `${us}-{branch}` };
    throw new SlipwayError('CLUSTER_NAMESPACE_FOREIGN', facts);
  }
  const now = tools.clock.now();
  const usedAt = Date.parse(annotations[namespaceMarks.usedAt] ?? '');
  if (now - usedAt < NOTE_AGAIN_AFTER_MS && annotations[namespaceMarks.timeToLive] === timeToLive) return;
  const marks = [
    `${namespaceMarks.usedAt}=${new Date(now).toISOString()}`,
    `${namespaceMarks.timeToLive}=${timeToLive}`,
  ];
  await kubectl.run(['annotate', '--overwrite', 'namespace', namespace, ...marks]);
}
