import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Whether a workspace was removed, by its root's absolute path. Only where the folder that it was in is there with something else in it: of a disk that is not
 * mounted that folder is away too, or is the mount point, which is empty then. Neither is one gone that merely cannot be looked at.
 */
export async function isWorkspaceGone(workspaceRoot: string): Promise<boolean> {
  if (!(await isMissing(workspaceRoot))) return false;
  const others = await readdir(dirname(workspaceRoot)).catch(() => []);
  return others.length > 0;
}

async function isMissing(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
  );
}
