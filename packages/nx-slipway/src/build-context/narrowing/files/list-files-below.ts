import type { ContextTree } from '../rule-selection';

/**
 * Every file and link below a folder of the build context, sorted within each folder; links are never followed. A folder that is not there has none.
 * @param enters whether a folder is looked into; all are where it is left out
 */
export function listFilesBelow(
  tree: ContextTree,
  folder: string,
  enters: (folder: string) => boolean = () => true,
): readonly string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (kind !== 'directory') return [path];
    return enters(path) ? listFilesBelow(tree, path, enters) : [];
  });
}

/** Whether the path is a file or a link of the build context. */
export function isFileOf(tree: ContextTree, path: string): boolean {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  return tree.list(path.slice(0, Math.max(cut, 0))).some((entry) => entry.name === name && entry.kind !== 'directory');
}
