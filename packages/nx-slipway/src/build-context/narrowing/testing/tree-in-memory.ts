import type { ContextTree, ContextTreeEntry } from '../rule-selection';

/** A file's text, or where a link leads; a link with `null` does not tell. */
export type TreeInMemoryEntry = string | { readonly linkTo: string | null };

/** A tree of a build context that is kept in memory; folders come by themselves. */
export function treeOf(entries: Readonly<Record<string, TreeInMemoryEntry>>): ContextTree {
  const folders = new Map<string, Map<string, ContextTreeEntry>>([['', new Map()]]);
  const add = (path: string, entry: Omit<ContextTreeEntry, 'name'>): void => {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    if (!folders.has(folder)) {
      folders.set(folder, new Map());
      add(folder, { kind: 'directory' });
    }
    const name = path.slice(slash + 1);
    folders.get(folder)?.set(name, { name, ...entry });
  };
  for (const [path, entry] of Object.entries(entries)) {
    if (typeof entry === 'string') add(path, { kind: 'file' });
    else add(path, { kind: 'link', ...(entry.linkTo !== null && { linkTarget: entry.linkTo }) });
  }
  return {
    read(path) {
      const entry = entries[path];
      return typeof entry === 'string' ? entry : undefined;
    },
    list: (folder) => [...(folders.get(folder)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
