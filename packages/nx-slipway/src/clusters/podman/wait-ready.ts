import { SlipwayError } from '../../errors/slipway-error';
import { assertClusterUp } from './cluster-state-file';
import type { ClusterTools } from './cluster-tools';
import type { ListedContainer, ListedPod } from './container-list';
import { isCrashLoop } from './crash-loop';
import {
  isProbedReady,
  nextPauseMs,
  nextProbe,
  PROBE_PAUSE_MS,
  recordProbe,
  startupBudgetMs,
  STEADY_MS,
  type ProbeProgress,
} from './probe-progress';
import { isProcessAlive } from './process-alive';
import { readLogEnd } from './read-log';
import type { RenderedContainer, RenderedPod } from './rendered-pod';
import { runProbe } from './run-probe';
import { podKey } from './pod-key';

/** How long, and until when, to wait. */
export interface Wait {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** How long that was when the deploy began. */
  readonly timeoutMs: number;
  /** Aborted on cancel, and when another pod of the deploy has failed for good. */
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** A container that was not ready at the deadline. */
export interface Pending {
  /** `Deployment/web, pod web-0, container app`. */
  readonly place: string;
  readonly reason: string;
  readonly log: string;
}

/** No process id to look at: ask podman again after so long. */
const RESTART_PAUSE_MS = 300;

/**
 * Waits until every container of a pod that runs is ready: by its probes, or by having lived a moment.
 * @returns what was not ready at the deadline; nothing when all is ready
 * @throws {SlipwayError} READINESS_CRASH_LOOP, READINESS_CONTAINER_EXITED, CLUSTER_NOT_UP: it will not become ready
 */
export async function waitPodReady(pod: RenderedPod, wait: Wait, edge: ClusterTools): Promise<Pending[]> {
  const pending = await Promise.all(pod.containers.map((container) => waitContainerReady(pod, container, wait, edge)));
  return pending.flat();
}

/** What is known of a container while it is waited for. */
interface Watch {
  pid: number;
  runningSince: number;
  restarts: number;
  progress: ProbeProgress;
  reason: string;
}

async function waitContainerReady(
  pod: RenderedPod,
  container: RenderedContainer,
  wait: Wait,
  edge: ClusterTools,
): Promise<Pending[]> {
  const { clock } = edge.tools;
  const firstSeen = clock.now();
  const watch: Watch = {
    pid: 0,
    runningSince: firstSeen,
    restarts: 0,
    progress: { started: false, successes: 0 },
    reason: 'it does not run',
  };
  let pauseMs: number = PROBE_PAUSE_MS.first;
  while (clock.now() < wait.deadline) {
    wait.signal.throwIfAborted();
    if (!isProcessAlive(watch.pid)) {
      if ((await lookAgain(pod, container, watch, wait, edge)) === 'completed') return [];
      if (watch.restarts > 0) await assertNoCrashLoop(pod, container, watch, clock.now() - firstSeen, wait, edge);
      if (watch.pid === 0) {
        await clock.sleep(RESTART_PAUSE_MS, wait.signal);
        continue;
      }
      pauseMs = PROBE_PAUSE_MS.first;
    }
    if (await isReadyNow(pod, container, watch, edge)) return [];
    await clock.sleep(pauseMs, wait.signal);
    pauseMs = nextPauseMs(pauseMs, nextProbe(container, watch.progress));
  }
  wait.signal.throwIfAborted();
  const place = `${pod.workload.kind} ${pod.namespace}/${pod.workload.name}, pod ${pod.name}, container ${container.name}`;
  const restarts = watch.restarts > 0 ? ` It was restarted ${watch.restarts} times.` : '';
  return [{ place, reason: watch.reason + restarts, log: await readLogEnd(container.podmanName, wait.redact, edge) }];
}

/** Asks podman for the process; a new one has everything before it. */
async function lookAgain(
  pod: RenderedPod,
  container: RenderedContainer,
  watch: Watch,
  { redact }: Wait,
  edge: ClusterTools,
): Promise<'running' | 'completed'> {
  const listed = findContainer(await edge.listPods(), pod, container);
  const hadProcess = watch.pid > 0;
  if (listed === undefined) assertClusterUp(edge);
  const ended = listed === undefined || !isProcessAlive(listed.pid);
  if (hadProcess) watch.restarts++;
  watch.pid = ended ? 0 : listed.pid;
  watch.runningSince = edge.tools.clock.now();
  watch.progress = { started: false, successes: 0 };
  if (listed && listed.state === 'exited' && pod.restartPolicy !== 'Always') {
    if (listed.exitCode === 0) return 'completed';
    if (pod.restartPolicy === 'Never') throw await exitedError(pod, container, listed, redact, edge);
  }
  if (ended) {
    watch.reason = `it does not run (${listed?.state ?? 'podman does not have it'}, exit code ${listed?.exitCode ?? 'unknown'}).`;
    if (!hadProcess) watch.restarts++;
  }
  return 'running';
}

async function isReadyNow(
  pod: RenderedPod,
  container: RenderedContainer,
  watch: Watch,
  edge: ClusterTools,
): Promise<boolean> {
  const runningMs = edge.tools.clock.now() - watch.runningSince;
  if (isProbedReady(container, watch.progress)) {
    watch.reason = `it has run for less than ${STEADY_MS} ms.`;
    return container.readinessProbe !== undefined || runningMs >= STEADY_MS;
  }
  const probe = nextProbe(container, watch.progress);
  if (!probe) return false;
  if (runningMs < probe.initialDelayMs) {
    watch.reason = `its probe waits for initialDelaySeconds (${probe.initialDelayMs / 1_000}).`;
    return false;
  }
  const isStartup = probe === container.startupProbe;
  const result = await runProbe(
    probe.action,
    { address: pod.address, podmanName: container.podmanName, timeoutMs: probe.timeoutMs },
    edge,
  );
  watch.progress = recordProbe(container, watch.progress, result.status === 'success');
  if (isStartup && watch.progress.started) return isReadyNow(pod, container, watch, edge);
  if (result.status === 'failure') {
    const late =
      isStartup && runningMs > startupBudgetMs(probe)
        ? ` (its budget of ${startupBudgetMs(probe) / 1_000} s is used up)`
        : '';
    watch.reason = `its ${isStartup ? 'startup' : 'readiness'} probe fails${late}: ${result.reason}.`;
  }
  return isProbedReady(container, watch.progress);
}

async function assertNoCrashLoop(
  pod: RenderedPod,
  container: RenderedContainer,
  watch: Watch,
  sinceStartMs: number,
  { redact }: Wait,
  edge: ClusterTools,
): Promise<void> {
  const inspected = await edge.podman.attempt([
    'inspect',
    '--format',
    '{{.RestartCount}} {{.State.ExitCode}}',
    container.podmanName,
  ]);
  const [restarts = NaN, exitCode = NaN] = inspected.stdout.trim().split(' ').map(Number);
  watch.restarts = Number.isNaN(restarts) ? watch.restarts : restarts;
  if (!isCrashLoop(watch.restarts, sinceStartMs)) return;
  // podman restarts without a pause: left alone it would keep a processor busy until somebody looks.
  await edge.podman.attempt(['pod', 'stop', '--time', '0', pod.podmanName]);
  const stopped = findContainer(await edge.listPods(), pod, container);
  const facts = {
    source: pod.source,
    container: container.name,
    pod: pod.name,
    restarts: watch.restarts,
    exitCode: exitCode === 0 ? (stopped?.exitCode ?? exitCode) : exitCode,
    podmanName: container.podmanName,
  };
  throw new SlipwayError('READINESS_CRASH_LOOP', facts, {
    toolOutput: await readLogEnd(container.podmanName, redact, edge),
  });
}

async function exitedError(
  pod: RenderedPod,
  container: RenderedContainer,
  { exitCode }: ListedContainer,
  redact: Wait['redact'],
  edge: ClusterTools,
): Promise<SlipwayError> {
  const facts = {
    source: pod.source,
    container: container.name,
    pod: pod.name,
    exitCode,
    restartPolicy: pod.restartPolicy,
    podmanName: container.podmanName,
  };
  const toolOutput = await readLogEnd(container.podmanName, redact, edge);
  return new SlipwayError('READINESS_CONTAINER_EXITED', facts, { toolOutput });
}

function findContainer(
  listed: ReadonlyMap<string, ListedPod>,
  pod: RenderedPod,
  container: RenderedContainer,
): ListedContainer | undefined {
  return listed.get(podKey(pod))?.containers.find((candidate) => candidate.container === container.name);
}
