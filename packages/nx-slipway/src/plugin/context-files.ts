import { join } from 'node:path';
import { openGoFileScanner, type RememberingGoFileScanner } from '../build-context/narrowing/go/go-file-scanner';
import { openGoModuleGraph } from '../build-context/narrowing/go/go-module-graph';
import { DISK_NOW, type ContextDisk } from '../build-context/context-disk';
import { openNxVisibility } from '../build-context/nx-visibility';
import type { GoGround } from '../build-context/narrowing/select-by-rule';
import type { Clock } from '../exec/tools';
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
  /** What the `go:` rules on a tree share; `tree` is one that `openTree` gave. */
  goGroundOf(tree: FilteredTree): GoGround;
  /** Writes what was learned of files. */
  save(): void;
}

/** Where build contexts are, and what they are remembered by. */
export interface ContextFilesPlace {
  /** Absolute path. */
  readonly workspaceRoot: string;
  /** Absolute path. */
  readonly machineStore: string;
  readonly clock: Pick<Clock, 'now'>;
  /** The workspace's own where nothing is given. */
  readonly disk?: ContextDisk;
}

/** Opens the build contexts of a workspace as they are now; what was read once is remembered for one inference. */
export function openContextFiles({
  workspaceRoot,
  machineStore,
  clock,
  disk = DISK_NOW,
}: ContextFilesPlace): ContextFiles {
  const scanners = new Map<FilteredTree, RememberingGoFileScanner>();
  const graph = openGoModuleGraph();
  const trees = new Map<string, FilteredTree>();
  const visibility = openNxVisibility(workspaceRoot, process.env, disk);
  return {
    isLink: (path) => isSymbolicLink(join(workspaceRoot, path), disk),
    openTree(withoutRoot) {
      const request = { ...withoutRoot, workspaceRoot };
      const ignoreFile = findIgnoreFile(request, disk);
      const key = JSON.stringify([request.contextRoot, ignoreFile?.path]);
      const tree = trees.get(key) ?? openFilteredTree(request, ignoreFile, visibility, disk);
      trees.set(key, tree);
      return tree;
    },
    goGroundOf(tree) {
      const scanner = scanners.get(tree) ?? openGoFileScanner({ tree, machineStore, clock });
      scanners.set(tree, scanner);
      return { scanner, graph };
    },
    save() {
      for (const scanner of scanners.values()) scanner.save();
    },
  };
}

/** What is not there, lies below a file, or may not be looked at is no link. */
function isSymbolicLink(absolutePath: string, disk: ContextDisk): boolean {
  try {
    return disk.look(absolutePath)?.kind === 'link';
  } catch {
    return false;
  }
}
