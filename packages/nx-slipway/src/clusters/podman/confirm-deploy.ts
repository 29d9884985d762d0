import type { ConfirmedDeploy, ConfirmRequest } from '../cluster';
import { readClusterState } from './cluster-state-file';
import { withFreeOwnerLock, type ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import { decidePodAction } from './decide-pod-action';
import type { DeployMemory } from './deploy-memory';
import { recallDeploy } from './deploy-memory-file';
import { digestSurroundings } from './digest-surroundings';
import type { ClusterState } from './cluster-state';

/**
 * Finds out, with one call to podman and without planning, whether a deploy is as it was left, as `Cluster.confirm` promises. What
 * a deploy would decide differently now shows in the caller's answer, in the cluster's memory, in what podman lists, or in a
 * probe; all four are asked.
 */
export async function confirmDeploy(request: ConfirmRequest, edge: ClusterTools): Promise<ConfirmedDeploy | undefined> {
  return withFreeOwnerLock(edge, request.owner, async () => {
    const memory = await recallDeploy(edge.paths, request.owner);
    if (!memory) return undefined;
    // podman first: it works while this process does.
    const [listed, state, isSame] = await Promise.all([
      edge.listPods(),
      readClusterState(edge.paths),
      request.isSame(memory.note),
    ]);
    const isAsked = isSame && state !== undefined && isInSameSurroundings(memory, request.owner, state);
    if (!isAsked || hasUnwantedPods(request, state, listed) || !hasAllImages(memory, listed)) return undefined;
    if (!(await isUntouched(memory, request.owner, listed, edge))) return undefined;
    const { note, objects, endpoints, notices } = memory;
    return { note, report: { changes: objects, endpoints, notices } };
  });
}

function isInSameSurroundings({ surroundings, selectable }: DeployMemory, owner: string, state: ClusterState): boolean {
  return digestSurroundings(state, owner, selectable) === surroundings;
}

/** Pods that a deploy would remove: its own, and those of owners that are no more, which nobody wants. */
function hasUnwantedPods(
  { owner, knownOwners }: ConfirmRequest,
  { addresses }: ClusterState,
  listed: ReadonlyMap<string, ListedPod>,
): boolean {
  return [...listed].some(
    ([key, pod]) => (pod.owner === owner || !knownOwners.includes(pod.owner)) && !Object.hasOwn(addresses, key),
  );
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
  const redirects = new Map(pods.map(({ pod, redirects: own }) => [`${pod.namespace}/${pod.name}`, own]));
  const actions = await Promise.all(pods.map(({ pod }) => decidePodAction(pod, { owner, listed, redirects }, edge)));
  return actions.every(({ kind }) => kind === 'leave');
}
