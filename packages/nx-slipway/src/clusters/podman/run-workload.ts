import { SlipwayError } from '../../errors/slipway-error';
import type { ObjectChange } from '../cluster';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import type { PodAction, PodsToDecide } from './decide-pod-action';
import { readLogEnd } from './read-log';
import { redirectPods } from './redirect-pods';
import { removePods } from './remove-pods';
import type { RenderedContainer, RenderedPod } from './rendered-pod';
import { startPod } from './start-pod';
import { waitPodCompleted } from './wait-completed';
import { waitPodReady, type Pending, type Wait } from './wait-ready';
import { podKey } from './pod-key';

/** What a deploy's workloads have in common while they are brought up. */
export interface WorkloadRun extends PodsToDecide {
  readonly wait: Wait;
}

/** What became of one pod. */
export interface PodOutcome {
  readonly pod: RenderedPod;
  readonly change: Extract<ObjectChange['change'], 'created' | 'replaced' | 'unchanged'>;
  readonly pending: readonly Pending[];
}

/** So long a young pod may stay silent before it is replaced. */
const PATIENCE_MS = 10_000;

/**
 * Brings the pods of one workload to where they should be; those of an ordered StatefulSet one after the other, all others side
 * by side. Returns what is not ready at the deadline instead of throwing, so that all workloads are reported together.
 */
export async function runWorkload(
  pods: readonly { readonly pod: RenderedPod; readonly action: PodAction }[],
  run: WorkloadRun,
  edge: ClusterTools,
): Promise<PodOutcome[]> {
  if (!pods[0]?.pod.workload.ordered) {
    return Promise.all(pods.map(({ pod, action }) => runPod(pod, action, run, edge)));
  }
  const outcomes: PodOutcome[] = [];
  for (const { pod, action } of pods) {
    const outcome = await runPod(pod, action, run, edge);
    outcomes.push(outcome);
    if (outcome.pending.length > 0) break;
  }
  return outcomes;
}

async function runPod(pod: RenderedPod, action: PodAction, run: WorkloadRun, edge: ClusterTools): Promise<PodOutcome> {
  switch (action.kind) {
    case 'leave':
      return { pod, change: 'unchanged', pending: [] };
    case 'start':
      return { pod, change: 'created', pending: await startAndWait(pod, run, edge) };
    case 'replace':
      return replacePod(pod, action.listed, action.reason, run, edge);
    case 'wait':
      return awaitStartingPod(pod, action.listed, run, edge);
  }
}

async function startAndWait(pod: RenderedPod, run: WorkloadRun, edge: ClusterTools): Promise<Pending[]> {
  await startPod(pod, run, edge);
  return pod.workload.kind === 'Job' ? completeJob(pod, run, edge) : awaitReady(pod, run, edge);
}

async function replacePod(
  pod: RenderedPod,
  listed: ListedPod,
  reason: string,
  run: WorkloadRun,
  edge: ClusterTools,
): Promise<PodOutcome> {
  const { kind, name } = pod.workload;
  const why = run.wait.redact(reason);
  edge.tools.log.line(`${kind} ${pod.namespace}/${name}: replaces pod ${pod.name}, since ${why}`);
  await removePods([listed], pod.gracePeriodSeconds, edge);
  return { pod, change: 'replaced', pending: await startAndWait(pod, run, edge) };
}

async function awaitStartingPod(
  pod: RenderedPod,
  listed: ListedPod,
  run: WorkloadRun,
  edge: ClusterTools,
): Promise<PodOutcome> {
  if (pod.workload.kind === 'Job') return { pod, change: 'unchanged', pending: await completeJob(pod, run, edge) };
  const patience = Math.min(run.wait.deadline, edge.tools.clock.now() + PATIENCE_MS);
  const [silent] = await awaitReady(pod, { ...run, wait: { ...run.wait, deadline: patience } }, edge);
  return silent ? replacePod(pod, listed, silent.reason, run, edge) : { pod, change: 'unchanged', pending: [] };
}

async function awaitReady(pod: RenderedPod, run: WorkloadRun, edge: ClusterTools): Promise<Pending[]> {
  await redirectPods([podKey(pod)], edge);
  return waitPodReady(pod, run.wait, edge);
}

/** Runs a Job's pod until it completes, anew after each failure, as often as its backoffLimit says. */
async function completeJob(pod: RenderedPod, run: WorkloadRun, edge: ClusterTools): Promise<Pending[]> {
  const { clock } = edge.tools;
  const { workload } = pod;
  const activeDeadline = clock.now() + (workload.activeDeadlineSeconds ?? Infinity) * 1_000;
  const deadline = Math.min(run.wait.deadline, activeDeadline);
  for (let tries = 1; ; tries++) {
    const ended = await waitPodCompleted(pod, { ...run.wait, deadline }, edge);
    run.wait.signal.throwIfAborted();
    if (ended.status === 'completed') {
      // Its network would stay up until the cluster is down.
      await edge.podman.run(['pod', 'stop', '--time', '0', pod.podmanName]);
      return [];
    }
    const [first] = pod.containers;
    const container = ended.status === 'failed' ? ended.container : first;
    if (ended.status === 'running' && container && clock.now() >= activeDeadline) {
      await edge.podman.run(['pod', 'stop', '--time', String(pod.gracePeriodSeconds), pod.podmanName]);
      const outcome = `was stopped after activeDeadlineSeconds (${workload.activeDeadlineSeconds})`;
      throw await jobFailed(pod, container, { tries, outcome }, run, edge);
    }
    if (ended.status === 'running') {
      const log = container ? await readLogEnd(container.podmanName, run.wait.redact, edge) : '';
      return [
        { place: `Job ${pod.namespace}/${workload.name}, pod ${pod.name}`, reason: 'it has not completed.', log },
      ];
    }
    if (tries > workload.backoffLimit) {
      const outcome = `ended with exit code ${ended.exitCode}`;
      throw await jobFailed(pod, ended.container, { tries, outcome }, run, edge);
    }
    edge.tools.log.line(
      `Job ${pod.namespace}/${workload.name}: exit code ${ended.exitCode}, tries again (${tries} of ${workload.backoffLimit})`,
    );
    const listed = (await edge.listPods()).get(podKey(pod));
    if (listed) await removePods([listed], 0, edge);
    await startPod(pod, run, edge);
  }
}

async function jobFailed(
  pod: RenderedPod,
  { name, podmanName }: RenderedContainer,
  { tries, outcome }: { readonly tries: number; readonly outcome: string },
  run: WorkloadRun,
  edge: ClusterTools,
): Promise<SlipwayError> {
  const facts = { source: pod.source, job: pod.workload.name, tries, container: name, outcome, podmanName };
  return new SlipwayError('CLUSTER_JOB_FAILED', facts, {
    toolOutput: await readLogEnd(podmanName, run.wait.redact, edge),
  });
}
