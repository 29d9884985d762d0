import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SlipwayError } from '../../../errors/slipway-error';
import type { RunResult } from '../../../exec/process-runner';
import { createKubectl, kubectlFailed } from '../kubectl';
import type { KubernetesTools } from '../kubernetes-tools';
import { isServerAway } from './apply-problems';
import { decideLease, LEASE_SECONDS, renderLease, type LeaseRecord, type LeaseSighting } from './lease-record';
import { inventoryNameOf } from './ownership';
import { readApi } from './read-api';
import { renderDocuments } from './send-objects';

/** Three chances to renew before another machine takes over. */
const RENEW_MS = (LEASE_SECONDS * 1_000) / 3;

const LOOK_MS = 1_000;

/** A task that was cancelled does not wait longer for the server. */
const RELEASE_LIMIT_MS = 5_000;

/**
 * Runs `work` while this process holds the owner's Lease in the cluster, which it renews meanwhile. A holder that died is waited for
 * until its Lease has not been renewed for `LEASE_SECONDS`.
 * @throws {SlipwayError} CLUSTER_DEPLOY_LOST when it cannot be renewed and somebody else takes it
 */
export async function withDeployLease<Result>(
  owner: string,
  edge: KubernetesTools,
  work: (edge: KubernetesTools) => Promise<Result>,
): Promise<Result> {
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  const lease = { owner, holder, edge };
  let version = await takeLease(lease);
  const end = new AbortController();
  const lost = new AbortController();
  const renewing = (async () => {
    for (;;) {
      await edge.tools.clock.sleep(RENEW_MS, end.signal);
      if (end.signal.aborted) return;
      // What keeps it from being renewed now may pass, and the work meets it, too.
      const renewed = await renewLease(lease, version).catch(() => version);
      if (end.signal.aborted) return;
      if (renewed === undefined) {
        lost.abort(await describeLoss(lease).catch((error: unknown) => error));
        return;
      }
      version = renewed;
    }
  })();
  const tools = { ...edge.tools, signal: AbortSignal.any([edge.tools.signal, lost.signal]) };
  try {
    return await work({ ...edge, tools, kubectl: createKubectl(edge.target, tools) });
  } finally {
    end.abort();
    await renewing;
    if (!lost.signal.aborted) await releaseLease(lease, version);
  }
}

interface OwnLease {
  readonly owner: string;
  readonly holder: string;
  readonly edge: KubernetesTools;
}

/** Resolves with the version of the Lease that is ours. */
async function takeLease(lease: OwnLease): Promise<string> {
  const { clock, signal, log } = lease.edge.tools;
  let sighting: LeaseSighting | undefined;
  for (let isTold = false; ;) {
    const found = await readLease(lease);
    const decision = decideLease(found, sighting, clock.now());
    if (decision.action === 'take') {
      const taken = await putLease(lease, lease.holder, found?.metadata.resourceVersion);
      if (taken !== undefined) return taken;
      continue;
    }
    sighting = decision.sighting;
    if (!isTold) log.line(`waits for another deploy of ${lease.owner}, by ${decision.holder}`);
    isTold = true;
    await clock.sleep(LOOK_MS, signal);
    signal.throwIfAborted();
  }
}

/** `undefined` when it is somebody else's by now. A server that is away is asked again in time. */
async function renewLease(lease: OwnLease, version: string): Promise<string | undefined> {
  const result = await sendLease(lease, lease.holder, version);
  if (result.status === 'ok') return result.stdout;
  const found = isServerAway(result.output) ? undefined : await readLease(lease);
  return found && found.spec?.holderIdentity !== lease.holder
    ? undefined
    : (found?.metadata.resourceVersion ?? version);
}

/** A Lease that cannot be released is taken over after `LEASE_SECONDS`. Released also when the task is cancelled. */
async function releaseLease({ owner, holder, edge }: OwnLease, version: string): Promise<void> {
  const kubectl = createKubectl(edge.target, { ...edge.tools, signal: AbortSignal.timeout(RELEASE_LIMIT_MS) });
  await sendLease({ owner, holder, edge: { ...edge, kubectl } }, '', version).catch(() => undefined);
}

/** The new version; `undefined` when somebody else was faster. */
async function putLease(lease: OwnLease, holder: string, version: string | undefined): Promise<string | undefined> {
  const result = await sendLease(lease, holder, version);
  if (result.status === 'ok') return result.stdout;
  // What is not found by `create` is the namespace.
  const lostTo = version === undefined ? /AlreadyExists/ : /\(Conflict\)|\(NotFound\)|the object has been modified/;
  if (lostTo.test(result.output)) return undefined;
  if (!isServerAway(result.output)) throw kubectlFailed(result);
  await lease.edge.tools.clock.sleep(LOOK_MS, lease.edge.tools.signal);
  return undefined;
}

async function sendLease(
  { owner, edge }: OwnLease,
  holder: string,
  resourceVersion: string | undefined,
): Promise<RunResult> {
  const { namespace } = edge.target;
  const object = renderLease({ owner, namespace, holder, now: edge.tools.clock.now(), resourceVersion });
  const verb = resourceVersion === undefined ? 'create' : 'replace';
  const args = [verb, '--filename', '-', '--output', 'jsonpath={.metadata.resourceVersion}'];
  return edge.kubectl.attempt(args, { input: renderDocuments([object]) });
}

async function readLease({ owner, edge }: OwnLease): Promise<LeaseRecord | undefined> {
  const name = inventoryNameOf(owner);
  const path = `/apis/coordination.k8s.io/v1/namespaces/${edge.target.namespace}/leases/${name}`;
  return (await readApi(path, edge)) as LeaseRecord | undefined;
}

async function describeLoss(lease: OwnLease): Promise<SlipwayError> {
  const { owner, edge } = lease;
  const holder = (await readLease(lease))?.spec?.holderIdentity ?? 'nobody';
  const facts = { owner, namespace: edge.target.namespace, lease: inventoryNameOf(owner), holder };
  return new SlipwayError('CLUSTER_DEPLOY_LOST', { ...facts, seconds: LEASE_SECONDS });
}
