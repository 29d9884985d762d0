import { makeSharedFolder } from './prepare-pod-folders';
import type { ClusterTools } from './cluster-tools';
import { buildVolumeCreateArgs } from './podman-args';
import { podmanFailed } from './podman-commands';
import { recognizePodmanProblem } from './podman-problems';
import type { RenderedPod } from './rendered-pod';

/**
 * Afterwards each claim of a pod has its volume: made when the first pod uses it, writable for every user, as a local-path
 * provisioner makes it; kept until the cluster is down.
 * @returns name in podman to the folder that it is
 */
export async function ensureClaimVolumes(pod: RenderedPod, edge: ClusterTools): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const volume of pod.claimVolumes) folders.set(volume, await ensureVolume(volume, pod.fsGroup, edge));
  return folders;
}

async function ensureVolume(volume: string, group: number | undefined, edge: ClusterTools): Promise<string> {
  const existing = await findVolumeFolder(volume, edge);
  if (existing !== undefined) return existing;
  const created = await edge.podman.attempt(buildVolumeCreateArgs(edge.cluster, volume));
  if (created.status !== 'ok' && recognizePodmanProblem(created.output).kind !== 'name-in-use')
    throw podmanFailed(created);
  const folder = await findVolumeFolder(volume, edge);
  if (folder === undefined) throw podmanFailed(created);
  await makeSharedFolder(folder, group);
  return folder;
}

async function findVolumeFolder(volume: string, { podman }: ClusterTools): Promise<string | undefined> {
  const inspected = await podman.attempt(['volume', 'inspect', '--format', '{{.Mountpoint}}', volume]);
  return inspected.status === 'ok' ? inspected.stdout.trim() : undefined;
}
