import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeConfigReferences } from './config-references';
import { mountSource, type ClusterPlace } from './podman-args';
import type { RenderedContainer, RenderedPod } from './rendered-pod';
import { writeConfigFolder } from './write-config-folder';

/** Any user of the pod may write, and files belong to the folder's group. */
const SHARED_MODE = 0o777;
const SET_GROUP_ID = 0o2000;

/** Afterwards the pod's config folders are there, and its emptyDirs are there and empty. Under the cluster's lock. */
export async function preparePodFolders(pod: RenderedPod, place: ClusterPlace): Promise<void> {
  const podFolder = place.paths.podFolder(pod.podmanName);
  await rm(podFolder, { recursive: true, force: true });
  await mkdir(join(podFolder, 'volumes'), { recursive: true });
  await writeConfigReferences(
    podFolder,
    pod.configFolders.map(({ digest }) => digest),
  );
  for (const folder of pod.configFolders) await writeConfigFolder(place.paths.configFolder, folder);
  for (const volume of pod.emptyDirs) await makeSharedFolder(join(podFolder, 'volumes', volume), pod.fsGroup);
  for (const container of [...pod.initContainers, ...pod.containers]) await makeSubPaths(container, pod, place);
}

/** Makes a folder that every user of a pod may write to, as the kubelet makes an emptyDir. */
export async function makeSharedFolder(path: string, group: number | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  if (group !== undefined) await chown(path, -1, group);
  await chmod(path, group === undefined ? SHARED_MODE : SHARED_MODE | SET_GROUP_ID);
}

/** podman mounts only what exists; Kubernetes makes the folder that a subPath of a writable volume names. */
async function makeSubPaths(container: RenderedContainer, pod: RenderedPod, place: ClusterPlace): Promise<void> {
  for (const mount of container.mounts) {
    const source = mountSource(mount, pod, place);
    if (mount.kind === 'host-path') {
      // Somebody else's folder: its owner and mode stay.
      if (mount.isMade) await mkdir(mount.path, { recursive: true });
      continue;
    }
    if (source !== undefined && mount.kind !== 'config') await makeSharedFolder(source, pod.fsGroup);
  }
}
