import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiGroupOf } from '../clusters/api-group';
import type { SourcedObject } from '../clusters/cluster';
import { SlipwayError } from '../errors/slipway-error';
import type { Tools } from '../exec/tools';
import { renderKustomization } from './kustomize/render-kustomization';
import { listManifestSources, type ManifestSelection, type ManifestSource } from './list-manifest-files';
import { parseManifest } from './parse-manifests';

/**
 * Reads every object of a project's manifests, in the order of the option, the files' names and the documents.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING, DEPLOY_MANIFEST_INVALID, DEPLOY_MANIFEST_NOT_AN_OBJECT,
 * DEPLOY_OBJECT_DUPLICATE, DEPLOY_KUSTOMIZE_NOT_FOUND, DEPLOY_KUSTOMIZE_FAILED
 */
export async function readManifests(
  selection: ManifestSelection,
  tools: Pick<Tools, 'runner' | 'signal'>,
): Promise<SourcedObject[]> {
  const sources = await listManifestSources(selection);
  const objects = (await Promise.all(sources.map((source) => readSource(source, selection, tools)))).flat();
  assertDistinct(objects);
  return objects;
}

/** @throws {SlipwayError} DEPLOY_MANIFEST_EMPTY */
export function assertNotEmpty(objects: readonly SourcedObject[], { manifests, project }: ManifestSelection): void {
  if (objects.length > 0) return;
  throw new SlipwayError('DEPLOY_MANIFEST_EMPTY', { project, paths: manifests.join(', ') || 'none are named' });
}

async function readSource(
  source: ManifestSource,
  { workspaceRoot }: ManifestSelection,
  tools: Pick<Tools, 'runner' | 'signal'>,
): Promise<SourcedObject[]> {
  if (source.kind === 'file') {
    return parseManifest(await readFile(join(workspaceRoot, source.path), 'utf8'), source.path);
  }
  return parseManifest(await renderKustomization(source.folder, workspaceRoot, tools), source.folder);
}

/** Pure. @throws {SlipwayError} DEPLOY_OBJECT_DUPLICATE */
export function assertDistinct(objects: readonly SourcedObject[]): void {
  const sources = new Map<string, string>();
  for (const { object, source } of objects) {
    const { name, namespace = 'default' } = object.metadata;
    const identity = `${object.kind} ${namespace}/${name}`;
    // Kinds of two groups may have one name: Knative has a Service, too.
    const key = `${apiGroupOf(object.apiVersion)}/${identity}`;
    const first = sources.get(key);
    if (first !== undefined)
      throw new SlipwayError('DEPLOY_OBJECT_DUPLICATE', { object: identity, first, second: source });
    sources.set(key, source);
  }
}
