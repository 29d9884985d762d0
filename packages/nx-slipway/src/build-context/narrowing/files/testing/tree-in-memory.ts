import type { ContextTree, ContextTreeEntry } from '../../rule-selection';

/** A build context of these files; an entry whose content is `null` is a link. */
export function treeInMemory(files: Readonly<Record<string, string | null>>): ContextTree {
  const paths = Object.keys(files);
  return {
    read: (path) => files[path] ?? undefined,
    list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`;
      const entries = new Map<string, ContextTreeEntry>();
      for (const path of paths.filter((one) => one.startsWith(prefix))) {
        const [name = '', ...below] = path.slice(prefix.length).split('/');
        const kind = below.length > 0 ? 'directory' : files[path] === null ? 'link' : 'file';
        entries.set(name, { name, kind });
      }
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
