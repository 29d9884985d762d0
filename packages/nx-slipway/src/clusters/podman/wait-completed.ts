import { assertClusterUp } from './cluster-state-file';
import type { ClusterTools } from './cluster-tools';
import { isProcessAlive } from './process-alive';
import type { RenderedContainer, RenderedPod } from './rendered-pod';
import type { Wait } from './wait-ready';
import { podKey } from './pod-key';

/** How a run of a Job's pod ended. */
export type JobRun =
  | { readonly status: 'completed' }
  | { readonly status: 'failed'; readonly container: RenderedContainer; readonly exitCode: number }
  | { readonly status: 'running' };

/** How often the processes of a Job are looked at; podman is asked only when one has ended. */
const LOOK_PAUSE_MS = 100;

/** Waits until every container of a pod has ended; `running` when the deadline comes first. */
export async function waitPodCompleted(pod: RenderedPod, wait: Wait, edge: ClusterTools): Promise<JobRun> {
  const { clock } = edge.tools;
  while (clock.now() < wait.deadline) {
    wait.signal.throwIfAborted();
    const listed = (await edge.listPods()).get(podKey(pod))?.containers ?? [];
    if (listed.length === 0) assertClusterUp(edge);
    const found = pod.containers.map((container) => ({
      container,
      seen: listed.find((candidate) => candidate.container === container.name),
    }));
    const failed = found.find(({ seen }) => seen?.state === 'exited' && seen.exitCode !== 0);
    if (failed?.seen) return { status: 'failed', container: failed.container, exitCode: failed.seen.exitCode };
    if (found.every(({ seen }) => seen?.state === 'exited')) return { status: 'completed' };
    await anyProcessEnded(
      found.map(({ seen }) => seen?.pid ?? 0),
      wait,
      edge,
    );
  }
  return { status: 'running' };
}

async function anyProcessEnded(
  pids: readonly number[],
  { deadline, signal }: Wait,
  { tools }: ClusterTools,
): Promise<void> {
  const running = pids.filter((pid) => pid > 0);
  do {
    await tools.clock.sleep(LOOK_PAUSE_MS, signal);
  } while (running.every(isProcessAlive) && running.length > 0 && tools.clock.now() < deadline && !signal.aborted);
}
