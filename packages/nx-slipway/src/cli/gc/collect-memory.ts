import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GarbageGround } from './collect-images';
import type { Collector, GarbageItem } from './collector';

/** A file of the machine store to remove. */
interface FileItem extends GarbageItem {
  /** Absolute path. */
  readonly file: string;
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

/** How many bytes of it may stay, whatever their age; the least recently used go first. */
export const MEMORY_BUDGET_BYTES = 512 * 1024 * 1024;
/** What an image needs to be recognised outlives the image's own time. */
const AGE_FACTOR = 13;

const DAY_MS = 86_400_000;

/** Collects the memory of builds and runs that is old, or too much. What is lost with it is time: the next build looks at its files anew. */
export function createMemoryCollector({ machineStore, unusedSinceMs, tools }: GarbageGround): Collector<FileItem> {
  return {
    title: 'memories of past builds and runs',
    async find() {
      const nowMs = tools.clock.now();
      const oldBeforeMs = nowMs - (nowMs - unusedSinceMs) * AGE_FACTOR;
      const files = (await Promise.all(MEMORY_FOLDERS.map((folder) => listFiles(machineStore, folder)))).flat();
      return decideForgotten(files, { oldBeforeMs, nowMs, budgetBytes: MEMORY_BUDGET_BYTES });
    },
    async remove({ file }) {
      await rm(file, { force: true });
    },
  };
}

/** A file that remembers something. */
export interface MemoryFile {
  /** Relative to the machine store. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/** The files that are too old, and of the others the least recently used until the rest fits the budget. Pure. */
export function decideForgotten(
  files: readonly MemoryFile[],
  {
    oldBeforeMs,
    nowMs,
    budgetBytes,
  }: { readonly oldBeforeMs: number; readonly nowMs: number; readonly budgetBytes: number },
): FileItem[] {
  let kept = 0;
  return files
    .toSorted((a, b) => b.usedAtMs - a.usedAtMs)
    .flatMap(({ name, file, sizeBytes, usedAtMs }) => {
      const days = Math.floor((nowMs - usedAtMs) / DAY_MS);
      if (usedAtMs < oldBeforeMs) return [{ name, file, sizeBytes, reason: `not used for ${days} days` }];
      kept += sizeBytes;
      return kept > budgetBytes ? [{ name, file, sizeBytes, reason: 'more than is kept in all' }] : [];
    });
}

async function listFiles(machineStore: string, folder: string): Promise<MemoryFile[]> {
  const paths = await readdir(join(machineStore, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = paths
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const found = await stat(file).catch(() => undefined); // Gone meanwhile.
      const name = file.slice(machineStore.length + 1);
      return found ? [{ name, file, sizeBytes: found.size, usedAtMs: found.mtimeMs }] : [];
    });
  return (await Promise.all(files)).flat();
}
