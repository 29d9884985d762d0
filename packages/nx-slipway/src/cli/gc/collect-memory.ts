import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GarbageGround } from './collect-images';
import type { Collector, GarbageItem } from './collector';

/** Files of one folder of the machine store to remove. */
interface MemoryItem extends GarbageItem {
  readonly files: readonly MemoryFile[];
}

/**
 * Folders of the machine store with what past builds and runs left to remember, a file for each thing, written anew when it is used. What is not
 * listed here is small and there once.
 */
export const MEMORY_FOLDERS: readonly string[] = [
  'built',
  'last-builds',
  'peaks',
  'runs',
  'file-digests',
  'go-file-headers',
  'unfinished-layers',
];

const DAY_MS = 86_400_000;

/** What has not been used for so long is forgotten, whatever the age that images are given: it is small, and saves time. */
export const MEMORY_AGE_MS = 90 * DAY_MS;

/** How many bytes of it may stay, whatever their age; the least recently used go first. */
export const MEMORY_BUDGET_BYTES = 512 * 1024 * 1024;

/** Collects the memory of builds and runs that is old, or too much. What is lost with it is time: the next build looks at its files anew. */
export function createMemoryCollector({ machineStore, tools }: GarbageGround): Collector<MemoryItem> {
  return {
    title: 'memories of past builds and runs',
    async find() {
      const files = (await Promise.all(MEMORY_FOLDERS.map((folder) => listFiles(machineStore, folder)))).flat();
      const oldBeforeMs = tools.clock.now() - MEMORY_AGE_MS;
      const forgotten = decideForgotten(files, { oldBeforeMs, budgetBytes: MEMORY_BUDGET_BYTES });
      return MEMORY_FOLDERS.flatMap((folder) =>
        describeItem(
          folder,
          forgotten.filter((file) => file.folder === folder),
        ),
      );
    },
    async remove({ files }) {
      for (const { path } of files) await rm(path, { force: true });
    },
  };
}

/** A file that remembers something. */
export interface MemoryFile {
  /** One of `MEMORY_FOLDERS`. */
  readonly folder: string;
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/** The files that are too old, and of the others the least recently used until the rest fits the budget. Pure. */
export function decideForgotten(
  files: readonly MemoryFile[],
  { oldBeforeMs, budgetBytes }: { readonly oldBeforeMs: number; readonly budgetBytes: number },
): MemoryFile[] {
  let kept = 0;
  return files
    .toSorted((a, b) => b.usedAtMs - a.usedAtMs)
    .filter(({ sizeBytes, usedAtMs }) => {
      if (usedAtMs < oldBeforeMs) return true;
      kept += sizeBytes;
      return kept > budgetBytes;
    });
}

function describeItem(folder: string, files: readonly MemoryFile[]): MemoryItem[] {
  if (files.length === 0) return [];
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const days = MEMORY_AGE_MS / DAY_MS;
  const reason = `not used for ${days} days, or the least recently used of more than is kept`;
  return [{ name: `${files.length} files of ${folder}`, reason, sizeBytes, files }];
}

async function listFiles(machineStore: string, folder: string): Promise<MemoryFile[]> {
  const entries = await readdir(join(machineStore, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const found = await stat(path).catch(() => undefined); // Gone meanwhile.
      return found ? [{ folder, path, sizeBytes: found.size, usedAtMs: found.mtimeMs }] : [];
    });
  return (await Promise.all(files)).flat();
}
