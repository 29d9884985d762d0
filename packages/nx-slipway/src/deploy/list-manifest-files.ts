import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import { findKustomization } from './kustomize/find-kustomization';
import { openManifestTree } from './manifest-tree';

/** Which manifests a project deploys. */
export interface ManifestSelection {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /**
   * Workspace-relative files; folders with a kustomization; and folders whose `.yaml` and `.yml` files count (not those of
   * folders within), by name.
   */
  readonly manifests: readonly string[];
}

/** Where objects come from: a file of manifests, or a folder that kustomize renders. Paths are workspace-relative. */
export type ManifestSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'kustomization'; readonly folder: string; readonly file: string };

/**
 * The sources of a project's manifests in the order of the option and of the files' names.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING
 */
export async function listManifestSources(selection: ManifestSelection): Promise<ManifestSource[]> {
  return (await Promise.all(selection.manifests.map((path) => listSources(path, selection)))).flat();
}

/**
 * Path and SHA-256 of each file that manifests are made of: equal where `readManifests` would give the same. Of a kustomization
 * that refers to other places nobody can tell; then the answer is different every time.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING
 */
export async function digestManifestFiles(
  selection: ManifestSelection,
): Promise<(readonly [path: string, sha256: string])[]> {
  const sources = await listManifestSources(selection);
  return (await Promise.all(sources.map((source) => digestSource(source, selection)))).flat();
}

async function digestSource(
  source: ManifestSource,
  selection: ManifestSelection,
): Promise<(readonly [path: string, sha256: string])[]> {
  if (source.kind === 'file') return [await digestFile(source.path, selection)];
  const { readKustomization } = await import('./kustomize/read-kustomization.js');
  const { files, unread } = readKustomization(source.file, openManifestTree(selection.workspaceRoot));
  const elsewhere = unread.map((place) => [`${source.folder} ${place}`, randomUUID()] as const);
  return [...(await Promise.all(files.map((file) => digestFile(file, selection)))), ...elsewhere];
}

async function digestFile(file: string, { workspaceRoot }: ManifestSelection): Promise<readonly [string, string]> {
  const bytes = await readFile(join(workspaceRoot, file));
  return [file, createHash('sha256').update(bytes).digest('hex')];
}

async function listSources(path: string, selection: ManifestSelection): Promise<ManifestSource[]> {
  const absolutePath = join(selection.workspaceRoot, path);
  const stats = await stat(absolutePath).catch((error: unknown) => {
    throw new SlipwayError('DEPLOY_MANIFEST_MISSING', { project: selection.project, path }, { cause: error });
  });
  const names = stats.isDirectory() ? await readdir(absolutePath) : [];
  const file = findKustomization(path, { list: () => names });
  if (file !== undefined) return [{ kind: 'kustomization', folder: posix.dirname(file), file }];
  if (!stats.isDirectory()) return [{ kind: 'file', path }];
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ kind: 'file', path: `${path.replace(/\/+$/, '')}/${name}` }));
}
