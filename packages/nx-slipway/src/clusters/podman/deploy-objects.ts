import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import type { DeployReport, DeployRequest, ObjectChange, SourcedObject } from '../cluster';
import { adoptObjects } from './adopt-objects';
import { listCandidatePorts } from './allocate-node-ports';
import { assertImages } from './assert-images';
import {
  assertClusterUp,
  readClusterState,
  readNodePortsOfOtherClusters,
  writeClusterState,
} from './cluster-state-file';
import type { ClusterState } from './cluster-state';
import { withClusterLock, withOwnerLock, type ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { decidePodAction } from './decide-pod-action';
import { forgetDeploy, rememberDeploy } from './deploy-memory-file';
import { listDesiredPods } from './desired-pods';
import { digestSurroundings } from './digest-surroundings';
import { isPortFree } from './free-port';
import { giveUpAddress } from './give-up-address';
import { listChanges } from './list-changes';
import { listIgnoredFields } from './list-ignored-fields';
import { planDeploy, type DeployPlan } from './plan-deploy';
import { podKey } from './pod-key';
import { readObjects, type ClusterObjects } from './read-objects';
import { createRedactor } from '../redact';
import { redactError } from '../redact-error';
import { redirectPods } from './redirect-pods';
import { removePods } from './remove-pods';
import type { CheckedContainer, CheckedPod, RenderedContainer, RenderedPod } from './rendered-pod';
import { nodePortKey } from './resolve-services';
import { runWorkload, type PodOutcome, type WorkloadRun } from './run-workload';
import type { Pending } from './wait-ready';
import { writeHostsFile } from './write-hosts-file';

/** Pods that are no longer wanted get podman's own grace period. */
const REMOVAL_GRACE_SECONDS = 10;

/**
 * Deploys the objects of one owner and waits until they are ready.
 * Afterwards each object is there and ready, what was so before is untouched, and what this owner no longer names is gone. A
 * deploy that ends anywhere in between leaves what the next one repairs. Deploys of other owners run side by side with it.
 * An unchanged and healthy system costs one call to podman.
 * @throws {SlipwayError} the CLUSTER and READINESS codes
 */
export async function deployObjects(request: DeployRequest, edge: ClusterTools): Promise<DeployReport> {
  const own = readObjects(request.objects);
  return withOwnerLock(edge, request.owner, () => deployAlone(request, own, edge)).catch((error: unknown) => {
    // Whatever a cancelled command gave as its reason.
    edge.tools.signal.throwIfAborted();
    throw error;
  });
}

async function deployAlone(request: DeployRequest, own: ClusterObjects, edge: ClusterTools): Promise<DeployReport> {
  const deadline = edge.tools.clock.now() + request.timeoutMs;
  await forgetDeploy(edge.paths, request.owner);
  for (;;) {
    try {
      return await deployOnce(request, own, deadline, edge);
    } catch (error) {
      if (!(await giveUpAddress(error, edge))) throw error;
    }
  }
}

async function deployOnce(
  request: DeployRequest,
  own: ClusterObjects,
  deadline: number,
  edge: ClusterTools,
): Promise<DeployReport> {
  const listed = await edge.listPods();
  const { plan, before } = await withClusterLock(edge, () => recordPlan(request, own, listed, edge));
  try {
    await removeUnwantedPods(request, plan, listed, edge);
    await redirectPods(plan.changedRedirects, edge);
    const outcomes = await runPods(request, plan, { listed, deadline }, edge);
    assertReady(outcomes, request.timeoutMs);
    const notices = listNotices(request.objects);
    await remember(request, own, { plan, notices, left: await listLeft(outcomes, listed, edge) }, edge);
    return {
      changes: listChanges(before, request.objects, podChanges(outcomes)),
      endpoints: plan.endpoints,
      notices,
    };
  } catch (error) {
    edge.tools.signal.throwIfAborted();
    // Whatever fails when the ground is taken away.
    assertClusterUp(edge);
    throw redactError(error, createRedactor(plan.secretValues));
  }
}

/** What podman has when all is ready. */
async function listLeft(
  outcomes: readonly PodOutcome[],
  listed: ReadonlyMap<string, ListedPod>,
  edge: ClusterTools,
): Promise<ReadonlyMap<string, ListedPod>> {
  return outcomes.every(({ change }) => change === 'unchanged') ? listed : edge.listPods();
}

interface FinishedDeploy {
  readonly plan: DeployPlan;
  readonly notices: readonly string[];
  /** By `namespace/pod`. */
  readonly left: ReadonlyMap<string, ListedPod>;
}

async function remember(
  { owner, objects, note }: DeployRequest,
  own: ClusterObjects,
  { plan, notices, left }: FinishedDeploy,
  edge: ClusterTools,
): Promise<void> {
  if (!note) return;
  const selectable = listDesiredPods(own).map(({ namespace, name, labels }) => ({ namespace, name, labels }));
  await rememberDeploy(edge.paths, owner, {
    note,
    objects: listChanges(objects, objects, new Map()),
    endpoints: plan.endpoints,
    notices,
    pods: plan.pods.map((pod) => ({
      pod: checkedPartOf(pod),
      redirects: plan.redirects.get(podKey(pod)) ?? [],
      listed: left.get(podKey(pod)),
    })),
    selectable,
    surroundings: digestSurroundings(plan.state, owner, selectable),
  });
}

/** What else a pod is made of has no place in a memory of what to look at; its environment may hold Secrets. */
function checkedPartOf(pod: RenderedPod): CheckedPod {
  const { namespace, name, address, publishedPorts, restartPolicy, hash } = pod;
  return {
    ...{ namespace, name, address, publishedPorts, restartPolicy, hash },
    workload: { kind: pod.workload.kind },
    initContainers: pod.initContainers.map(checkedPartOfContainer),
    containers: pod.containers.map(checkedPartOfContainer),
  };
}

function checkedPartOfContainer(container: RenderedContainer): CheckedContainer {
  const { name, podmanName, imageId, tcpPorts, readinessProbe } = container;
  return { name, podmanName, imageId, tcpPorts, readinessProbe };
}

interface RecordedPlan {
  readonly plan: DeployPlan;
  /** What this owner asked for before. */
  readonly before: readonly SourcedObject[];
}

/** Decides, and makes the decision known to other deploys: names resolve and ports are reserved before the first pod starts. */
async function recordPlan(
  request: DeployRequest,
  own: ClusterObjects,
  listed: ReadonlyMap<string, ListedPod>,
  edge: ClusterTools,
): Promise<RecordedPlan> {
  const remembered = await readClusterState(edge.paths);
  if (!remembered) throw new SlipwayError('CLUSTER_NOT_UP', { cluster: edge.cluster });
  const state = adoptObjects(remembered, request);
  const plan = planDeploy({
    cluster: edge.cluster,
    request,
    own,
    state,
    addressesInUse: new Map([...listed].map(([key, { address }]) => [key, address])),
    portHolders: await findPortHolders(request.owner, own, state, edge),
  });
  await writeClusterState(edge.paths, plan.state);
  for (const [namespace, content] of plan.hostsFiles) await writeHostsFile(edge.paths.hostsFile(namespace), content);
  return { plan, before: state.owners[request.owner] ?? [] };
}

/** Which of the ports that this deploy may take are somebody else's. Those that it has already are its own. */
async function findPortHolders(
  owner: string,
  own: ClusterObjects,
  state: ClusterState,
  { machineStore, cluster }: ClusterTools,
): Promise<Map<number, string>> {
  const given = new Map(Object.entries(state.nodePorts));
  const before = readObjects(state.owners[owner] ?? []).services.flatMap(({ manifest, namespace }) =>
    manifest.spec.ports.map((port) => given.get(nodePortKey(namespace, manifest.metadata.name, port))),
  );
  const holders = new Map<number, string>();
  for (const port of listCandidatePorts(own.services, given)) {
    if (before.includes(port) || (await isPortFree(port))) continue;
    const others = await readNodePortsOfOtherClusters(machineStore, cluster);
    holders.set(port, others.get(port) ?? 'another process');
  }
  return holders;
}

/** Pods of this owner, and of owners that are no more, which no deploy asks for. */
async function removeUnwantedPods(
  { owner, knownOwners }: DeployRequest,
  plan: DeployPlan,
  listed: ReadonlyMap<string, ListedPod>,
  edge: ClusterTools,
): Promise<void> {
  const isOurs = (pod: ListedPod): boolean => pod.owner === owner || knownOwners?.includes(pod.owner) === false;
  const unwanted = [...listed].filter(([key, pod]) => isOurs(pod) && !plan.redirects.has(key)).map(([, pod]) => pod);
  await removePods(unwanted, REMOVAL_GRACE_SECONDS, edge);
}

async function runPods(
  request: DeployRequest,
  plan: DeployPlan,
  start: { readonly listed: ReadonlyMap<string, ListedPod>; readonly deadline: number },
  edge: ClusterTools,
): Promise<PodOutcome[]> {
  // The first failure that cannot be mended ends the waiting for all others.
  const failure = new AbortController();
  const run: WorkloadRun = {
    owner: request.owner,
    listed: start.listed,
    redirects: plan.redirects,
    wait: {
      deadline: start.deadline,
      timeoutMs: request.timeoutMs,
      signal: AbortSignal.any([edge.tools.signal, failure.signal]),
      redact: createRedactor(plan.secretValues),
    },
  };
  const decided = await Promise.all(
    plan.pods.map(async (pod) => ({ pod, action: await decidePodAction(pod, run, edge) })),
  );
  const toStart = decided.filter(({ action }) => action.kind === 'start' || action.kind === 'replace');
  await assertImages(
    toStart.map(({ pod }) => pod),
    edge,
  );
  const workloads = groupByWorkload(decided);
  const settled = await Promise.allSettled(
    workloads.map((pods) =>
      runWorkload(pods, run, edge).catch((error: unknown) => {
        failure.abort(error);
        throw error;
      }),
    ),
  );
  edge.tools.signal.throwIfAborted();
  if (failure.signal.aborted) throw failure.signal.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function groupByWorkload<Member extends { readonly pod: RenderedPod }>(members: readonly Member[]): Member[][] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = workloadKey(member.pod);
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()];
}

function workloadKey({ workload, namespace }: RenderedPod): string {
  return `${workload.kind} ${namespace}/${workload.name}`;
}

/** A workload is unchanged when all of its pods are, created when all are new, and replaced else. */
function podChanges(outcomes: readonly PodOutcome[]): Map<string, ObjectChange['change']> {
  return new Map(
    groupByWorkload(outcomes).map((group) => {
      const changes = new Set(group.map(({ change }) => change));
      const [only] = changes;
      return [workloadKey(group[0]?.pod as RenderedPod), changes.size === 1 && only ? only : 'replaced'];
    }),
  );
}

function assertReady(outcomes: readonly PodOutcome[], timeoutMs: number): void {
  const pending = outcomes.flatMap((outcome) => outcome.pending);
  if (pending.length === 0) return;
  const facts = {
    seconds: timeoutMs / 1_000,
    pending: pending.map(({ place, reason }) => `\n  ${place}: ${reason}`).join(''),
  };
  throw new SlipwayError('READINESS_TIMED_OUT', facts, { toolOutput: renderLogs(pending) });
}

function renderLogs(pending: readonly Pending[]): string {
  return pending
    .filter(({ log }) => log.trim() !== '')
    .map(({ place, log }) => `${place}:\n${log.trimEnd()}`)
    .join('\n');
}

function listNotices(objects: readonly SourcedObject[]): string[] {
  return objects.flatMap(({ object, source }) =>
    listIgnoredFields(object).map((path) => {
      const facts = { source, kind: object.kind, name: object.metadata.name, path };
      return `CLUSTER_FIELD_IGNORED  ${describeProblem('CLUSTER_FIELD_IGNORED', facts).message}`;
    }),
  );
}
