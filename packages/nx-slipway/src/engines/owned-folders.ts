import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../scheduling/machine-lock';
import { listNames } from '../artifact/list-names';

/** Where the folders of one engine's builds are. */
export interface FolderSpace {
  /** Absolute path. */
  readonly machineStore: string;
  /** The folder in it that holds them. */
  readonly parent: string;
  /** Begins the names of their locks. */
  readonly lockPrefix: string;
}

/** A folder whose owner is this process. */
export interface OwnedFolder {
  /** 16 hex characters; the last part of the path. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** Gives the folder's lock back. */
  release(): Promise<void>;
}

/**
 * Makes a new folder. While this process lives it holds the folder's lock, which the kernel frees however the process ends: a
 * folder whose lock is free belongs to nobody.
 */
export async function openOwnedFolder(space: FolderSpace, signal: AbortSignal): Promise<OwnedFolder> {
  const id = randomBytes(8).toString('hex');
  const lock = await tryLock(`${space.lockPrefix}:${id}`, { machineStore: space.machineStore, signal });
  if (!lock) throw new Error(`the lock of the new build ${id} is taken`);
  const path = pathOf(space, id);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { id, path, release: () => lock.release() };
}

/**
 * The folders whose owner is gone. They are now this process's own: nobody else gets them before `release`.
 * One directory read where there are none.
 */
export async function claimAbandonedFolders(space: FolderSpace, signal: AbortSignal): Promise<OwnedFolder[]> {
  const claimed: OwnedFolder[] = [];
  for (const id of await listIds(space)) {
    const lock = await tryLock(`${space.lockPrefix}:${id}`, { machineStore: space.machineStore, signal });
    if (!lock) continue;
    const path = pathOf(space, id);
    // Its owner may have ended in order, and removed it, since the folder was listed.
    if (existsSync(path)) claimed.push({ id, path, release: () => lock.release() });
    else await lock.release();
  }
  return claimed;
}

/** Makes a new folder for the time of `work`. First it removes those whose owner is gone, as after `kill -9`. */
export async function withOwnedFolder<Result>(
  space: FolderSpace,
  signal: AbortSignal,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  for (const abandoned of await claimAbandonedFolders(space, signal)) await removeOwned(abandoned);
  const folder = await openOwnedFolder(space, signal);
  try {
    return await work(folder.path);
  } finally {
    await removeOwned(folder);
  }
}

async function removeOwned(folder: OwnedFolder): Promise<void> {
  await removeFolder(folder.path);
  await folder.release();
}

/** Removes a folder with all that is in it. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

function pathOf({ machineStore, parent }: FolderSpace, id: string): string {
  return join(machineStore, parent, id);
}

async function listIds({ machineStore, parent }: FolderSpace): Promise<string[]> {
  const names = await listNames(join(machineStore, parent));
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name));
}
