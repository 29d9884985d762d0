import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../artifact/write-file-atomically';
import type { ComparedBuild } from './compare-builds';

/** How many builds of an image are remembered: the last one, and the one before, which says why the last one was made. */
const REMEMBERED_BUILDS = 2;

const originSchema = z.object({ line: z.int(), text: z.string(), chain: z.array(z.string()) });

const comparedBuildSchema: z.ZodType<ComparedBuild> = z.object({
  contentKey: z.string(),
  settings: z.record(z.string(), z.string()),
  entries: z.array(z.object({ path: z.string(), state: z.string(), origin: originSchema.nullable() })),
});

const memorySchema = z.object({ schemaVersion: z.literal(1), builds: z.array(comparedBuildSchema) });

/** The machine store's memory of what decided the last builds of an image in a workspace. */
export interface BuildMemory {
  /** The last builds that were really made, the newest first; empty where none is known. */
  recall(image: string): Promise<readonly ComparedBuild[]>;
  /** Afterwards `recall` gives this build first. The same content key again replaces the newest entry. */
  remember(image: string, build: ComparedBuild): Promise<void>;
}

/** Opens the memory for a workspace below a machine store (both absolute paths). A damaged file counts as none. */
export function openBuildMemory(machineStore: string, workspaceRoot: string): BuildMemory {
  const fileOf = (image: string): string => {
    const name = createHash('sha256').update(`${workspaceRoot}\0${image}`).digest('hex').slice(0, 24);
    return join(machineStore, 'last-builds', `${name}.json`);
  };
  const recall = async (image: string): Promise<readonly ComparedBuild[]> =>
    parseMemory(await readFile(fileOf(image), 'utf8').catch(() => ''));
  return {
    recall,
    async remember(image, build) {
      const others = (await recall(image)).filter(({ contentKey }) => contentKey !== build.contentKey);
      const builds = [build, ...others].slice(0, REMEMBERED_BUILDS);
      await writeFileAtomically(fileOf(image), JSON.stringify({ schemaVersion: 1, builds }));
    },
  };
}

function parseMemory(text: string): readonly ComparedBuild[] {
  try {
    return memorySchema.parse(JSON.parse(text)).builds;
  } catch {
    return [];
  }
}
