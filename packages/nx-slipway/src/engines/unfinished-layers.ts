import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A layer that a build finished which then failed or was killed. */
export interface UnfinishedLayer {
  /** The beginning of its image's ID, hex, as the engine printed it. */
  readonly idStart: string;
  /** When the build ended, in milliseconds since the epoch. */
  readonly endedAtMs: number;
}

/**
 * Keeps the list of a build's finished layers beyond the build, whose file has one ID on each line; no such file is fine. The layers
 * stay in the engine, where the next attempt goes on from them; `nx-slipway gc` finds them here once nobody does.
 */
export async function keepUnfinishedLayers(machineStore: string, buildId: string, listFile: string): Promise<void> {
  const kept = join(folderIn(machineStore), buildId);
  await mkdir(dirname(kept), { recursive: true });
  await rename(listFile, kept).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** What `keepUnfinishedLayers` kept. */
export async function listUnfinishedLayers(machineStore: string): Promise<UnfinishedLayer[]> {
  const folder = folderIn(machineStore);
  const names = await readdir(folder).catch(() => []);
  const lists = names.map(async (name) => {
    const [text, { mtimeMs }] = await Promise.all([readFile(join(folder, name), 'utf8'), stat(join(folder, name))]);
    const starts = text.split('\n').filter((line) => /^[0-9a-f]{11,64}$/.test(line));
    return starts.map((idStart) => ({ idStart, endedAtMs: mtimeMs }));
  });
  return (await Promise.all(lists)).flat();
}

function folderIn(machineStore: string): string {
  return join(machineStore, 'unfinished-layers');
}
