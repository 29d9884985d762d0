import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  claimAbandonedFolders as claimFolders,
  openOwnedFolder,
  removeFolder,
  type FolderSpace,
  type OwnedFolder,
} from '../owned-folders';

/** Where one build keeps everything of its own that lies in files. */
export interface BuildFolder {
  /** 16 hex characters; also the name of the build's cgroup. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of the folder that podman gets as TMPDIR. */
  readonly temporaryFolder: string;
  /** Absolute path of the folder for what is sent; not made yet. */
  readonly stagedFolder: string;
  /** Absolute path of the Dockerfile that podman gets. */
  readonly dockerfile: string;
  /** Absolute path of the ignore file that podman gets: it would else apply the `.dockerignore` among the staged files. */
  readonly ignoreFile: string;
  /** Absolute path of the file that podman writes the image ID to. */
  readonly imageIdFile: string;
  /** Absolute path of the list of layers that this build finished, by the beginnings of their IDs; not made before the first. */
  readonly layersFile: string;
}

/** A build folder whose owner is this process. */
export interface OwnedBuildFolder extends BuildFolder {
  /** Gives the folder's lock back. */
  release(): Promise<void>;
}

/** Makes the folder of a new build, owned by this process. */
export async function openBuildFolder(machineStore: string, signal: AbortSignal): Promise<OwnedBuildFolder> {
  const folder = describeBuildFolder(await openOwnedFolder(spaceIn(machineStore), signal));
  await mkdir(folder.temporaryFolder, { mode: 0o700 });
  return folder;
}

/** The folders whose owner is gone, now this process's own. */
export async function claimAbandonedFolders(machineStore: string, signal: AbortSignal): Promise<OwnedBuildFolder[]> {
  return (await claimFolders(spaceIn(machineStore), signal)).map(describeBuildFolder);
}

/** Removes a build's folder with all that is in it. */
export async function removeBuildFolder(folder: BuildFolder): Promise<void> {
  await removeFolder(folder.path);
}

function spaceIn(machineStore: string): FolderSpace {
  return { machineStore, parent: 'builds', lockPrefix: 'podman-build' };
}

function describeBuildFolder(folder: OwnedFolder): OwnedBuildFolder {
  return {
    ...folder,
    temporaryFolder: join(folder.path, 'tmp'),
    stagedFolder: join(folder.path, 'staged'),
    dockerfile: join(folder.path, 'Dockerfile'),
    ignoreFile: join(folder.path, 'ignore'),
    imageIdFile: join(folder.path, 'image-id'),
    layersFile: join(folder.path, 'layers'),
  };
}
