import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigFolder } from './render-config-folder';

/**
 * Writes a content-hashed folder below `configFolder`, which only this user can enter; the folder itself can be read by whatever
 * user a container runs as. Afterwards it is there whole; one that is there already is left alone.
 */
export async function writeConfigFolder(configFolder: string, { digest, files, group }: ConfigFolder): Promise<void> {
  const target = join(configFolder, digest);
  if (existsSync(target)) return;
  await mkdir(configFolder, { recursive: true, mode: 0o700 });
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await makeFolder(temporary);
    for (const { path, content, mode } of files) {
      const file = join(temporary, path);
      await makeFolder(dirname(file));
      await writeFile(file, content);
      // Not writeFile's mode: the umask would cut it.
      await chmod(file, mode);
      if (group !== undefined) await chown(file, -1, group);
    }
    await rename(temporary, target).catch((error: unknown) => {
      // Another deploy wrote the same content in the meantime.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
