import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a text, as 64 hex characters. */
export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A digest of a file or of all that is below a folder: paths, kinds, executable bits, link targets and content. Owners and
 * times do not count. What does not exist has a digest too.
 */
export async function digestFolder(path: string): Promise<string> {
  const entry = await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!entry) return digestText('missing');
  if (entry.isSymbolicLink()) return digestText(`link ${await readlink(path)}`);
  if (!entry.isDirectory()) return digestText(`file ${entry.mode & 0o100} ${await digestFile(path)}`);
  const lines: string[] = [];
  for (const name of (await readdir(path)).sort())
    lines.push(JSON.stringify([name, await digestFolder(join(path, name))]));
  return digestText(`folder ${lines.join('\n')}`);
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
