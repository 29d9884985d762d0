import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock, type HeldLock } from '../../scheduling/machine-lock';

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
}

/** A build folder whose owner is this process. */
export interface OwnedBuildFolder extends BuildFolder {
  /** Gives the folder's lock back. */
  release(): Promise<void>;
}

/**
 * Makes the folder of a new build. While this process lives it holds the folder's lock, which the kernel frees however the
 * process ends: a folder whose lock is free belongs to nobody.
 */
export async function openBuildFolder(machineStore: string, signal: AbortSignal): Promise<OwnedBuildFolder> {
  const folder = describeBuildFolder(machineStore, randomBytes(8).toString('hex'));
  const lock = await tryLock(lockNameOf(folder.id), { machineStore, signal });
  if (!lock) throw new Error(`the lock of the new build ${folder.id} is taken`);
  await mkdir(folder.temporaryFolder, { recursive: true, mode: 0o700 });
  return { ...folder, release: () => lock.release() };
}

/**
 * The folders whose owner is gone. They are now this process's own: nobody else gets them before `release`.
 * One directory read where there are none.
 */
export async function claimAbandonedFolders(machineStore: string, signal: AbortSignal): Promise<OwnedBuildFolder[]> {
  const claimed: OwnedBuildFolder[] = [];
  for (const id of await listBuildIds(machineStore)) {
    const lock = await tryLock(lockNameOf(id), { machineStore, signal });
    if (!lock) continue;
    const folder = describeBuildFolder(machineStore, id);
    // Its owner may have ended in order, and removed it, since the folder was listed.
    if (existsSync(folder.path)) claimed.push(ownedBy(lock, folder));
    else await lock.release();
  }
  return claimed;
}

/** Removes a build's folder with all that is in it. */
export async function removeBuildFolder(folder: BuildFolder): Promise<void> {
  await rm(folder.path, { recursive: true, force: true, maxRetries: 5 });
}

function ownedBy(lock: HeldLock, folder: BuildFolder): OwnedBuildFolder {
  return { ...folder, release: () => lock.release() };
}

function describeBuildFolder(machineStore: string, id: string): BuildFolder {
  const path = join(machineStore, 'builds', id);
  return {
    id,
    path,
    temporaryFolder: join(path, 'tmp'),
    stagedFolder: join(path, 'staged'),
    dockerfile: join(path, 'Dockerfile'),
    ignoreFile: join(path, 'ignore'),
    imageIdFile: join(path, 'image-id'),
  };
}

function lockNameOf(id: string): string {
  return `podman-build:${id}`;
}

async function listBuildIds(machineStore: string): Promise<string[]> {
  const names = await readdir(join(machineStore, 'builds')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name));
}
