import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourcedObject } from '../clusters/cluster';
import { SlipwayError } from '../errors/slipway-error';
import { listManifestFiles, type ManifestSelection } from './list-manifest-files';
import { parseManifest } from './parse-manifests';

/**
 * Reads every object of a project's manifests, in the order of the option, the files' names and the documents.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING, DEPLOY_MANIFEST_INVALID, DEPLOY_MANIFEST_NOT_AN_OBJECT,
 * DEPLOY_MANIFEST_EMPTY, DEPLOY_OBJECT_DUPLICATE
 */
export async function readManifests(selection: ManifestSelection): Promise<SourcedObject[]> {
  const objects: SourcedObject[] = [];
  for (const file of await listManifestFiles(selection)) {
    objects.push(...parseManifest(await readFile(join(selection.workspaceRoot, file), 'utf8'), file));
  }
  if (objects.length === 0) {
    const paths = selection.manifests.join(', ') || 'none are named';
    throw new SlipwayError('DEPLOY_MANIFEST_EMPTY', { project: selection.project, paths });
  }
  assertDistinct(objects);
  return objects;
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
