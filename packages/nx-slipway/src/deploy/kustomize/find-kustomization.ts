import { posix } from 'node:path';
import type { ManifestTree } from '../manifest-tree';

/** The names by which kustomize finds its file in a folder (kustomize v5.7, api/konfig/general.go). */
const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** The kustomization file of a folder, workspace-relative; `undefined` where there is none. A path to such a file is itself. */
export function findKustomization(path: string, tree: Pick<ManifestTree, 'list'>): string | undefined {
  if (FILE_NAMES.some((name) => posix.basename(path) === name)) return path;
  const names = tree.list(path);
  const name = FILE_NAMES.find((candidate) => names.includes(candidate));
  return name === undefined ? undefined : posix.join(path, name);
}
