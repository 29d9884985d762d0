import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the machine store that holds what cache mounts keep between builds. */
export const CACHE_MOUNTS_FOLDER = 'cache-mounts';

/**
 * Lets a build have the cache mounts of all builds of this machine store. podman keeps them in its TMPDIR, and each build has one of its own, so that the folder
 * there is a link. podman makes and locks what is in it, as the mount's `sharing` says.
 * Source: `GetCacheMount` (buildah v1.28, podman 4.3) and `CacheParent` (later ones, with the user's number in the name).
 * @param temporaryFolder the build's TMPDIR
 */
export async function linkCacheMounts(machineStore: string, temporaryFolder: string): Promise<void> {
  const folder = join(machineStore, CACHE_MOUNTS_FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of ['buildah-cache', `buildah-cache-${process.getuid?.() ?? 0}`]) {
    await symlink(folder, join(temporaryFolder, name));
  }
}
