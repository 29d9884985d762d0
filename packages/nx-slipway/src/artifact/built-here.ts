import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from './write-file-atomically';

/** What this machine knows of an image that it built. */
export interface LocalBuild {
  /** `sha256:<64 hex>`. */
  readonly imageId: string;
  /** The stamps with the values that this build used. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** An image that was built on this machine. */
export interface RememberedBuild extends LocalBuild {
  /** Absolute path of the file that remembers it. */
  readonly file: string;
  /** When it was built, or found by its content key, last; in milliseconds since the epoch. */
  readonly usedAtMs: number;
}

/**
 * The machine store's memory of what was built here: content key to image ID, one small file per key. It is what lets a
 * deploy accept an image whose ID is not the claimed one. Never shared between machines.
 */
export interface BuiltHere {
  /** The image that this machine built last under a content key; `undefined` if it never did. */
  find(contentKey: string): Promise<LocalBuild | undefined>;
  /** Afterwards `find` gives this build for the key. */
  record(contentKey: string, build: LocalBuild): Promise<void>;
  /** All that is remembered. */
  list(): Promise<readonly RememberedBuild[]>;
}

/** Opens the memory below a machine store's folder (absolute path). A damaged entry counts as not there. */
export function openBuiltHere(machineStore: string): BuiltHere {
  const fileOf = (contentKey: string): string =>
    join(machineStore, 'built', contentKey.slice(0, 2), `${contentKey}.json`);
  return {
    async find(contentKey) {
      return parseLocalBuild(await readFile(fileOf(contentKey), 'utf8').catch(() => ''));
    },
    async record(contentKey, build) {
      await writeFileAtomically(fileOf(contentKey), `${JSON.stringify(build)}\n`);
    },
    list: () => listBuilds(join(machineStore, 'built')),
  };
}

async function listBuilds(folder: string): Promise<RememberedBuild[]> {
  const paths = await readdir(folder, { recursive: true }).catch(() => []);
  const builds = paths
    .filter((path) => path.endsWith('.json'))
    .map(async (path) => {
      const file = join(folder, path);
      const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      const build = parseLocalBuild(text);
      return build ? [{ ...build, file, usedAtMs: mtimeMs }] : [];
    });
  return (await Promise.all(builds)).flat();
}

function parseLocalBuild(text: string): LocalBuild | undefined {
  try {
    const value = JSON.parse(text) as Partial<LocalBuild> | null;
    if (!value || !/^sha256:[0-9a-f]{64}$/.test(value.imageId ?? '')) return undefined;
    return { imageId: value.imageId as string, stamps: value.stamps ?? {} };
  } catch {
    return undefined;
  }
}
