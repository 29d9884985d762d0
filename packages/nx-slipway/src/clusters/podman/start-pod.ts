import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunOptions, RunResult } from '../../exec/process-runner';
import { isSlipwayError, SlipwayError } from '../../errors/slipway-error';
import { assertClusterUp } from './cluster-state-file';
import { withClusterLock, type ClusterTools } from './cluster-tools';
import { ensureClaimVolumes } from './ensure-claim-volumes';
import { buildPodCreateArgs, buildRunArgs, type ClusterPlace } from './podman-args';
import { podmanFailed } from './podman-commands';
import { recognizePodmanProblem } from './podman-problems';
import { preparePodFolders } from './prepare-pod-folders';
import { readLogEnd } from './read-log';
import type { RenderedContainer, RenderedPod } from './rendered-pod';
import { splitEnvironment } from './split-environment';
import type { Wait } from './wait-ready';

/** Whose pod is started. */
export interface PodStart {
  readonly owner: string;
  /** Bounds init containers. */
  readonly wait: Wait;
}

/** podman exits with 125 when it fails itself, 126 and 127 when the command cannot be run (podman-run(1)). */
const PODMAN_EXIT_CODES: ReadonlySet<number | undefined> = new Set([125, 126, 127]);

/**
 * Starts a pod that is not there: folders, the pod, each init container to its end, then the containers in order.
 * Afterwards all containers have been started; whether they are ready is another question. Where podman fails and does not say
 * that anything is wrong with the pod, what was half made is removed and all of it is tried once more: podman 4.3 now and then
 * fails while others create and remove pods beside it.
 * @throws {SlipwayError} CLUSTER_NOT_UP, CLUSTER_INIT_CONTAINER_FAILED, READINESS_TIMED_OUT, CLUSTER_CONTAINER_NOT_STARTED, CLUSTER_LIMITS_REFUSED, CLUSTER_PORT_IN_USE, CLUSTER_ADDRESS_IN_USE, CLUSTER_PODMAN_FAILED
 */
export async function startPod(pod: RenderedPod, start: PodStart, edge: ClusterTools): Promise<void> {
  try {
    await startOnce(pod, start, edge);
  } catch (error) {
    edge.tools.signal.throwIfAborted();
    if (!isSlipwayError(error) || error.code !== 'CLUSTER_PODMAN_FAILED') throw error;
    assertClusterUp(edge);
    edge.tools.log.line(`pod ${pod.namespace}/${pod.name}: podman failed to start it, and is asked once more`);
    await edge.podman.remove(['pod', 'rm', '--force', '--ignore', '--time', '0', pod.podmanName]);
    await startOnce(pod, start, edge);
  }
}

async function startOnce(pod: RenderedPod, start: PodStart, edge: ClusterTools): Promise<void> {
  assertClusterUp(edge);
  const volumeFolders = await ensureClaimVolumes(pod, edge);
  const place: ClusterPlace = { cluster: edge.cluster, owner: start.owner, paths: edge.paths, volumeFolders };
  await withClusterLock(edge, async () => {
    assertClusterUp(edge);
    await preparePodFolders(pod, place);
  });
  await createPod(pod, place, edge);
  for (const container of pod.initContainers) await runInitContainer(pod, container, place, start, edge);
  for (const container of pod.containers) await startContainer(pod, container, place, edge);
}

/** A pod of this name without containers is what a killed `podman pod create` leaves; it is in no list of containers. */
async function createPod(pod: RenderedPod, place: ClusterPlace, { podman }: ClusterTools): Promise<void> {
  const args = buildPodCreateArgs(pod, place);
  const first = await podman.attempt(args);
  if (first.status === 'ok') return;
  if (recognizePodmanProblem(first.output).kind !== 'name-in-use') throw startFailure(first, pod, '');
  await podman.remove(['pod', 'rm', '--force', '--time', '0', pod.podmanName]);
  const second = await podman.attempt(args);
  if (second.status !== 'ok') throw startFailure(second, pod, '');
}

async function runInitContainer(
  pod: RenderedPod,
  container: RenderedContainer,
  place: ClusterPlace,
  { wait }: PodStart,
  edge: ClusterTools,
): Promise<void> {
  const timeoutMs = Math.max(1, wait.deadline - edge.tools.clock.now());
  const result = await runContainer(pod, container, place, 'init', edge, { timeoutMs, signal: wait.signal });
  wait.signal.throwIfAborted();
  if (result.status === 'ok') return;
  const toolOutput = await readLogEnd(container.podmanName, wait.redact, edge);
  if (result.status === 'timed-out') {
    const pending = `\n  pod ${pod.namespace}/${pod.name}: its init container ${container.name} has not completed.`;
    throw new SlipwayError('READINESS_TIMED_OUT', { seconds: wait.timeoutMs / 1_000, pending }, { toolOutput });
  }
  if (PODMAN_EXIT_CODES.has(result.exitCode) && recognizePodmanProblem(result.output).kind !== 'unknown') {
    throw startFailure(result, pod, container.name);
  }
  throw new SlipwayError(
    'CLUSTER_INIT_CONTAINER_FAILED',
    {
      source: pod.source,
      container: container.name,
      pod: pod.name,
      exitCode: result.exitCode ?? result.status,
      podmanName: container.podmanName,
    },
    { toolOutput },
  );
}

async function startContainer(
  pod: RenderedPod,
  container: RenderedContainer,
  place: ClusterPlace,
  edge: ClusterTools,
): Promise<void> {
  const result = await runContainer(pod, container, place, 'main', edge);
  if (result.status !== 'ok') throw startFailure(result, pod, container.name);
}

async function runContainer(
  pod: RenderedPod,
  container: RenderedContainer,
  place: ClusterPlace,
  role: 'init' | 'main',
  { podman, paths }: ClusterTools,
  limits: Pick<RunOptions, 'timeoutMs' | 'signal'> = {},
): Promise<RunResult> {
  const environmentFile = join(paths.podFolder(pod.podmanName), `${container.name}.env`);
  const { file, inherited } = splitEnvironment(container.environment);
  await writeFile(environmentFile, file, { mode: 0o600 });
  try {
    const args = buildRunArgs(pod, container, place, { role, environmentFile, variableNames: Object.keys(inherited) });
    return await podman.attempt(args, { ...limits, env: inherited });
  } finally {
    await rm(environmentFile, { force: true });
  }
}

function startFailure(result: RunResult, pod: RenderedPod, container: string): SlipwayError {
  const problem = recognizePodmanProblem(result.output);
  switch (problem.kind) {
    case 'port-in-use':
      return new SlipwayError('CLUSTER_PORT_IN_USE', {
        port: problem.port,
        service: `of the pod ${pod.name}`,
        source: pod.source,
        holder: 'another process, which took it during this deploy',
      });
    case 'address-in-use':
      return new SlipwayError(
        'CLUSTER_ADDRESS_IN_USE',
        { pod: `${pod.namespace}/${pod.name}`, address: problem.address },
        { toolOutput: result.output },
      );
    case 'image-unknown':
      return new SlipwayError('CLUSTER_IMAGE_MISSING', {
        image: problem.image,
        imageId: 'any ID',
        found: 'it is not in its storage',
      });
    case 'limits-refused':
      return new SlipwayError(
        'CLUSTER_LIMITS_REFUSED',
        { container, pod: pod.name, reason: problem.reason },
        { toolOutput: result.output },
      );
    case 'container-not-started':
      return new SlipwayError(
        'CLUSTER_CONTAINER_NOT_STARTED',
        { source: pod.source, container, pod: pod.name, reason: problem.reason },
        { toolOutput: result.output },
      );
    default:
      return podmanFailed(result);
  }
}
