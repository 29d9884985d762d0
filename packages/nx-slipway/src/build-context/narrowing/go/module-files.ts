import { joinPath, type LinkedTree } from './linked-tree';

/** The base names of all files at and below a folder. Walks it: only for what is rarely asked. Links to folders are not entered. */
export function listBaseNames(folder: string, tree: LinkedTree): ReadonlySet<string> {
  const names = new Set<string>();
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const { name, kind } of tree.list(next)) {
      if (kind === 'directory') pending.push(joinPath(next, name));
      else names.add(name);
    }
  }
  return names;
}
