import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a hosts file's content in place: it is bind-mounted into containers, which follow the inode and not the name. The
 * write covers the old content with empty lines, and only then the file is cut, so a reader never sees half a line.
 * Writes nothing when the content is the same. Under the cluster's lock.
 */
export async function writeHostsFile(absolutePath: string, content: string): Promise<void> {
  await mkdir(dirname(absolutePath), { recursive: true });
  const file = await open(absolutePath, 'a+', 0o644);
  try {
    const old = await file.readFile('utf8');
    if (old === content) return;
    await overwrite(absolutePath, content, Buffer.byteLength(old));
  } finally {
    await file.close();
  }
}

/** A file that is open for appending cannot be written at its start. */
async function overwrite(absolutePath: string, content: string, oldSizeBytes: number): Promise<void> {
  const file = await open(absolutePath, 'r+');
  try {
    const sizeBytes = Buffer.byteLength(content);
    const padded = Buffer.alloc(Math.max(sizeBytes, oldSizeBytes), '\n');
    padded.write(content);
    await file.write(padded, 0, padded.length, 0);
    await file.truncate(sizeBytes);
  } finally {
    await file.close();
  }
}
