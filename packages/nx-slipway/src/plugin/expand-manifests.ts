import { joinWorkspacePath, normalizeWorkspacePath } from './workspace-path';

/** File names that are manifests. */
const MANIFEST_NAME = /\.ya?ml$/;

/**
 * The manifest files that the option `manifests` means, workspace-relative, each once: a file is itself, a folder is its
 * `.yaml` and `.yml` files, sorted, not those of folders below. A path that is neither is kept: the deploy reports it. Pure.
 * @param listFolder names in a workspace-relative folder, empty where there is no such folder
 */
export function expandManifests(
  manifests: readonly string[],
  listFolder: (folder: string) => readonly string[],
): readonly string[] {
  const files = manifests.flatMap((entry) => {
    const path = normalizeWorkspacePath(entry) ?? entry;
    if (isManifestName(path)) return [path];
    const names = listFolder(path).filter(isManifestName).toSorted();
    return names.length === 0 ? [path] : names.map((name) => joinWorkspacePath(path, name));
  });
  return [...new Set(files)];
}

/** Whether a file is a manifest by its name. Pure. */
export function isManifestName(name: string): boolean {
  return MANIFEST_NAME.test(name);
}
