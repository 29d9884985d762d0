import { readdir, stat } from 'node:fs/promises';
import { withVolumeLock, type ClusterTools } from './cluster-tools';
import { buildVolumeCreateArgs } from './podman-args';
import { podmanFailed } from './podman-commands';
import { recognizePodmanProblem } from './podman-problems';
import { makeSharedFolder } from './prepare-pod-folders';
import type { RenderedPod } from './rendered-pod';

/** Mode of a volume's folder that podman 4.3 to 5 has just made. */
const PODMAN_VOLUME_MODE = 0o755;

/**
 * Afterwards each claim of a pod has its volume: made when the first pod uses it, writable for every user, as a local-path
 * provisioner makes it; kept until the cluster is down. Repairs one that a killed deploy made and did not prepare.
 * @returns name in podman to the folder that it is
 */
export async function ensureClaimVolumes(pod: RenderedPod, edge: ClusterTools): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const volume of pod.claimVolumes) {
    // Two pods that share a claim: none starts before the volume is prepared.
    folders.set(volume, await withVolumeLock(edge, volume, () => ensureVolume(volume, pod.fsGroup, edge)));
  }
  return folders;
}

async function ensureVolume(volume: string, group: number | undefined, edge: ClusterTools): Promise<string> {
  const folder = (await findVolumeFolder(volume, edge)) ?? (await createVolume(volume, edge));
  if (await isUnprepared(folder)) await makeSharedFolder(folder, group);
  return folder;
}

async function createVolume(volume: string, edge: ClusterTools): Promise<string> {
  const created = await edge.podman.attempt(buildVolumeCreateArgs(edge.cluster, volume));
  if (created.status !== 'ok' && recognizePodmanProblem(created.output).kind !== 'name-in-use')
    throw podmanFailed(created);
  const folder = await findVolumeFolder(volume, edge);
  if (folder === undefined) throw podmanFailed(created);
  return folder;
}

/** As `podman volume create` leaves it. The mode is set last, so this holds until the preparation is complete. */
async function isUnprepared(folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder);
  return uid === 0 && (mode & 0o7777) === PODMAN_VOLUME_MODE && (await readdir(folder)).length === 0;
}

async function findVolumeFolder(volume: string, { podman }: ClusterTools): Promise<string | undefined> {
  const inspected = await podman.attempt(['volume', 'inspect', '--format', '{{.Mountpoint}}', volume]);
  return inspected.status === 'ok' ? inspected.stdout.trim() : undefined;
}
