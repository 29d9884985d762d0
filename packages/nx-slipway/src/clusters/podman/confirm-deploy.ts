import type { ConfirmedDeploy, ConfirmRequest } from '../cluster';
import { readClusterState } from './cluster-state-file';
import { withFreeOwnerLock, type ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { decidePodAction } from './decide-pod-action';
import type { DeployMemory, RememberedPod } from './deploy-memory';
import { recallDeploy, rememberDeploy } from './deploy-memory-file';
import { digestSurroundings } from './digest-surroundings';
import type { ClusterState } from './cluster-state';
import { podKey } from './pod-key';
import { isContainerAlive } from './process-alive';
import type { CheckedPod } from './rendered-pod';

/**
 * Finds out, without planning, whether a deploy is as it was left, as `Cluster.confirm` promises. What a deploy would decide
 * differently now shows in the caller's answer, in the cluster's memory, in the processes of its containers, or in a probe; all four
 * are asked. podman is called only where a process that was left running is gone, or a pod was left that has none.
 */
export async function confirmDeploy(request: ConfirmRequest, edge: ClusterTools): Promise<ConfirmedDeploy | undefined> {
  return withFreeOwnerLock(edge, request.owner, async () => {
    const memory = await recallDeploy(edge.paths, request.owner);
    if (!memory) return undefined;
    const [state, isSame] = await Promise.all([readClusterState(edge.paths), request.isSame(memory.note)]);
    if (!isSame || state === undefined || !isInSameSurroundings(memory, request.owner, state)) return undefined;
    const remembered = listWithoutPodman(memory.pods);
    const listed = remembered ?? (await edge.listPods());
    if (!hasAllImages(memory, listed) || !(await isUntouched(memory, request.owner, listed, edge))) return undefined;
    if (!remembered) await rememberDeploy(edge.paths, request.owner, relist(memory, listed));
    const { note, objects, endpoints, notices } = memory;
    return { note, report: { changes: objects, endpoints, notices } };
  });
}

/**
 * What podman would list of these pods: as long as the processes of a container live it is the one that was started then, whatever
 * was done since. `undefined` where that says nothing: of a pod that has ended, and of one that was restarted.
 */
function listWithoutPodman(pods: readonly RememberedPod[]): ReadonlyMap<string, ListedPod> | undefined {
  const living = pods.flatMap(({ pod, listed }) =>
    listed && isAlive(pod, listed) ? [[podKey(pod), listed] as const] : [],
  );
  return living.length === pods.length ? new Map(living) : undefined;
}

function isAlive({ containers }: CheckedPod, listed: ListedPod): boolean {
  const found = containers.map(({ name }) => listed.containers.find(({ container }) => container === name));
  return [listed.infra, ...found].every((container) => container?.state === 'running' && isContainerAlive(container));
}

/** Whoever restarts a container, as tests do, is asked about once. */
function relist(memory: DeployMemory, listed: ReadonlyMap<string, ListedPod>): DeployMemory {
  return { ...memory, pods: memory.pods.map((known) => ({ ...known, listed: listed.get(podKey(known.pod)) })) };
}

function isInSameSurroundings({ surroundings, selectable }: DeployMemory, owner: string, state: ClusterState): boolean {
  return digestSurroundings(state, owner, selectable) === surroundings;
}

/** podman keeps an image as long as a container is made from it; an image without one has to be asked for. */
function hasAllImages({ note }: DeployMemory, listed: ReadonlyMap<string, ListedPod>): boolean {
  const used = new Set([...listed.values()].flatMap(({ containers }) => containers.map(({ imageId }) => imageId)));
  return note.images.every(({ imageId }) => used.has(imageId));
}

async function isUntouched(
  { pods }: DeployMemory,
  owner: string,
  listed: ReadonlyMap<string, ListedPod>,
  edge: ClusterTools,
): Promise<boolean> {
  const redirects = new Map(pods.map(({ pod, redirects: own }) => [podKey(pod), own]));
  const actions = await Promise.all(pods.map(({ pod }) => decidePodAction(pod, { owner, listed, redirects }, edge)));
  return actions.every(({ kind }) => kind === 'leave');
}
