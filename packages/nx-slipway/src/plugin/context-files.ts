import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import {
  findIgnoreFile,
  openFilteredTree,
  type ContextRequest,
  type FilteredTree,
} from '../build-context/filtered-tree';

/** Build contexts on disk as graph time needs them: only for images that are narrowed, and for links. */
export interface ContextFiles {
  /** Whether a workspace-relative path is a symbolic link itself. */
  isLink(path: string): boolean;
  /** Opens a build context; images with the same one share it. @throws {SlipwayError} CONTEXT codes */
  openTree(request: Omit<ContextRequest, 'workspaceRoot'>): FilteredTree;
}

/** Opens the build contexts of a workspace as they are now; what was read once is remembered for one inference. */
export function openContextFiles(workspaceRoot: string): ContextFiles {
  const trees = new Map<string, FilteredTree>();
  return {
    isLink: (path) => lstatSync(join(workspaceRoot, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
    openTree(withoutRoot) {
      const request = { ...withoutRoot, workspaceRoot };
      const ignoreFile = findIgnoreFile(request);
      const key = JSON.stringify([request.contextRoot, ignoreFile?.path]);
      const tree = trees.get(key) ?? openFilteredTree(request, ignoreFile);
      trees.set(key, tree);
      return tree;
    },
  };
}
