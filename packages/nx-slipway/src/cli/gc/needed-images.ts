import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageTagOf } from '../../artifact/image-record';
import { listKnownWorkspaces } from '../../artifact/known-workspaces';
import { DEPLOYS_FOLDER, IMAGES_FOLDER } from '../../artifact/record-files';

/** What the workspaces of this machine need. */
export interface NeededImages {
  /** Image IDs. */
  readonly ids: ReadonlySet<string>;
  /** Their image tags. */
  readonly tags: ReadonlySet<string>;
}

/**
 * What the `image.json` and `applied.json` of every workspace that the machine store knows, and that is still there, describe. Taken from
 * their text without validating them: a file of a newer version counts too. Rejects where a workspace is there and cannot be read.
 */
export async function readNeededImages(machineStore: string): Promise<NeededImages> {
  const workspaces = await listKnownWorkspaces(machineStore);
  const folders = workspaces.flatMap(({ workspaceRoot }) => [
    join(workspaceRoot, IMAGES_FOLDER),
    join(workspaceRoot, DEPLOYS_FOLDER),
  ]);
  const images = (await Promise.all(folders.map(readImages))).flat();
  return {
    ids: new Set(images.map(({ imageId }) => imageId)),
    tags: new Set(images.map(({ name, imageId }) => imageTagOf(name, imageId))),
  };
}

interface NamedImage {
  readonly name: string;
  readonly imageId: string;
}

async function readImages(folder: string): Promise<NamedImage[]> {
  const paths = await listPaths(folder);
  const records = paths.filter((path) => /(?:^|\/)(?:image|applied)\.json$/.test(path));
  return (await Promise.all(records.map((path) => readRecord(join(folder, path))))).flat();
}

/** A task may take a folder away while it is listed. */
const LIST_ATTEMPTS = 5;

/** All below a folder, since an image's name may hold slashes; none where it is not there. One that cannot be looked at might name any image: that is an error. */
async function listPaths(folder: string): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readdir(folder, { recursive: true });
    } catch (error) {
      const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (isMissing && !existsSync(folder)) return [];
      if (!isMissing || attempt === LIST_ATTEMPTS) throw error;
    }
  }
}

async function readRecord(path: string): Promise<NamedImage[]> {
  try {
    return listImages(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return []; // Gone, or cut: then no task takes it for anything either.
  }
}

/** Every object with a name and an image ID in it, however deep. */
function listImages(value: unknown): NamedImage[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, imageId } = value as { name?: unknown; imageId?: unknown };
  const own = typeof name === 'string' && typeof imageId === 'string' ? [{ name, imageId }] : [];
  return [...own, ...Object.values(value).flatMap(listImages)];
}
