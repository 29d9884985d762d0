import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { REMEMBERED_PEAKS, type LearnedPeak } from './estimate-peak';

const peaksSchema = z.object({
  schemaVersion: z.literal(1),
  peaks: z.array(
    z.object({
      peakMiB: z.number().nonnegative(),
      upperBoundMiB: z.number().nonnegative().nullable(),
      recipe: z.string(),
    }),
  ),
});

/** The machine store's memory of what an image's builds needed. Never shared between machines: another one has other caches and another number of cores. */
export interface LearnedPeaks {
  /** The newest first. Where this workspace has built no image of this name, those of another one (a second checkout) that did so last. */
  recall(image: string): Promise<readonly LearnedPeak[]>;
  /** Afterwards `recall` gives this one first. */
  remember(image: string, peak: LearnedPeak): Promise<void>;
}

/** The folder of all learned peaks below a machine store (absolute paths): a folder for each image's name, in it a file for each workspace. */
export function learnedPeaksFolder(machineStore: string): string {
  return join(machineStore, 'peaks');
}

/** Opens what was learned below a machine store's folder for a workspace (both absolute). A damaged file counts as none. */
export function openLearnedPeaks(machineStore: string, workspaceRoot: string): LearnedPeaks {
  const folderOf = (image: string): string => join(learnedPeaksFolder(machineStore), encodeURIComponent(image));
  const fileOf = (image: string): string =>
    join(folderOf(image), `${createHash('sha256').update(workspaceRoot).digest('hex').slice(0, 24)}.json`);
  return {
    async recall(image) {
      const own = await readPeaks(fileOf(image));
      return own.length > 0 ? own : readPeaks(await findNewest(folderOf(image)));
    },
    async remember(image, peak) {
      const peaks = [peak, ...(await readPeaks(fileOf(image)))].slice(0, REMEMBERED_PEAKS);
      await writeFileAtomically(fileOf(image), JSON.stringify({ schemaVersion: 1, peaks }));
    },
  };
}

async function readPeaks(path: string | undefined): Promise<readonly LearnedPeak[]> {
  if (path === undefined) return [];
  try {
    return peaksSchema.parse(JSON.parse(await readFile(path, 'utf8'))).peaks;
  } catch {
    return [];
  }
}

async function findNewest(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const path = join(folder, name);
        const changedAt = await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
        return { path, changedAt };
      }),
  );
  return files.toSorted((one, other) => other.changedAt - one.changedAt)[0]?.path;
}
