import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextTree, ContextTreeEntry } from '../../src/build-context/narrowing/rule-selection';

/** All of a real folder as the tree of a build context. */
export function openDiskTree(root: string): ContextTree {
  return {
    read(path) {
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch {
        return undefined;
      }
    },
    list(folder) {
      try {
        return readdirSync(join(root, folder), { withFileTypes: true })
          .map((entry): ContextTreeEntry => {
            if (entry.isSymbolicLink()) {
              return { name: entry.name, kind: 'link', linkTarget: readlinkSync(join(root, folder, entry.name)) };
            }
            return { name: entry.name, kind: entry.isDirectory() ? 'directory' : 'file' };
          })
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      } catch {
        return [];
      }
    },
  };
}
