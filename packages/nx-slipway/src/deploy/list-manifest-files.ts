import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';

/** Which manifests a project deploys. */
export interface ManifestSelection {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Workspace-relative files, and folders whose `.yaml` and `.yml` files count (not those of folders within), by name. */
  readonly manifests: readonly string[];
}

/**
 * The files of a project's manifests, workspace-relative, in the order of the option and of the files' names.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING
 */
export async function listManifestFiles(selection: ManifestSelection): Promise<string[]> {
  return (await Promise.all(selection.manifests.map((path) => listFiles(path, selection)))).flat();
}

/** Path and SHA-256 of each manifest file: equal where `readManifests` would give the same. @throws {SlipwayError} DEPLOY_MANIFEST_MISSING */
export async function digestManifestFiles(
  selection: ManifestSelection,
): Promise<(readonly [path: string, sha256: string])[]> {
  const files = await listManifestFiles(selection);
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(selection.workspaceRoot, file));
      return [file, createHash('sha256').update(bytes).digest('hex')] as const;
    }),
  );
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
