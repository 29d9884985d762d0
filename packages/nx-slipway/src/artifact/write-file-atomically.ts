import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that a reader sees the old content or the new one, whole, also when this process is killed. */
export async function writeFileAtomically(absolutePath: string, content: string, mode = 0o644): Promise<void> {
  const temporary = `${absolutePath}.${randomUUID()}.tmp`;
  await mkdir(dirname(absolutePath), { recursive: true });
  try {
    await writeFile(temporary, content, { mode });
    await rename(temporary, absolutePath);
  } finally {
    await rm(temporary, { force: true });
  }
}
