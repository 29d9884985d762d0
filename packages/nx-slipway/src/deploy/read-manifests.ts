import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourcedObject } from '../clusters/cluster';
import { SlipwayError } from '../errors/slipway-error';
import { parseManifest } from './parse-manifests';

/** Which manifests a project deploys. */
export interface ManifestSelection {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Workspace-relative files, and folders whose `.yaml` and `.yml` files count (not those of folders within), by name. */
  readonly manifests: readonly string[];
}

/**
 * Reads every object of a project's manifests, in the order of the option, the files' names and the documents.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING, DEPLOY_MANIFEST_INVALID, DEPLOY_MANIFEST_NOT_AN_OBJECT,
 * DEPLOY_MANIFEST_EMPTY, DEPLOY_OBJECT_DUPLICATE
 */
export async function readManifests(selection: ManifestSelection): Promise<SourcedObject[]> {
  const files = (await Promise.all(selection.manifests.map((path) => listFiles(path, selection)))).flat();
  const objects: SourcedObject[] = [];
  for (const file of files) {
    objects.push(...parseManifest(await readFile(join(selection.workspaceRoot, file), 'utf8'), file));
  }
  if (objects.length === 0) {
    const paths = selection.manifests.join(', ') || 'none are named';
    throw new SlipwayError('DEPLOY_MANIFEST_EMPTY', { project: selection.project, paths });
  }
  assertDistinct(objects);
  return objects;
}

async function listFiles(path: string, selection: ManifestSelection): Promise<string[]> {
  const absolutePath = join(selection.workspaceRoot, path);
  const stats = await stat(absolutePath).catch((error: unknown) => {
    throw new SlipwayError('DEPLOY_MANIFEST_MISSING', { project: selection.project, path }, { cause: error });
  });
  if (!stats.isDirectory()) return [path];
  const names = await readdir(absolutePath);
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

function assertDistinct(objects: readonly SourcedObject[]): void {
  const sources = new Map<string, string>();
  for (const { object, source } of objects) {
    const { name, namespace = 'default' } = object.metadata;
    const identity = `${object.kind} ${namespace}/${name}`;
    const first = sources.get(identity);
    if (first !== undefined)
      throw new SlipwayError('DEPLOY_OBJECT_DUPLICATE', { object: identity, first, second: source });
    sources.set(identity, source);
  }
}
