import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openFileDigests, type FileDigests } from '../../build-context/file-digests';
import {
  findIgnoreFile,
  openFilteredTree,
  type ContextRequest,
  type FilteredTree,
} from '../../build-context/filtered-tree';
import {
  goHeadersFile,
  openGoFileScanner,
  type RememberingGoFileScanner,
} from '../../build-context/narrowing/go/go-file-scanner';
import { openGoModuleGraph } from '../../build-context/narrowing/go/go-module-graph';
import type { GoGround } from '../../build-context/narrowing/select-by-rule';
import { digestBases, readSlipwayLock, type SlipwayLock } from '../../build-context/slipway-lock';
import type { Clock } from '../../exec/tools';
import type { WorkspacePlace } from '../task-place';

/** What planning the builds of one process shares: each folder is read once, whatever number of images copies from it. */
export interface PlanningGround {
  readonly place: WorkspacePlace;
  readonly lock: SlipwayLock;
  /** What identifies each pinned base, by its reference. */
  readonly pins: Readonly<Record<string, string>>;
  openTree(request: ContextRequest): FilteredTree;
  /** What the `go:` rules on a tree share; `tree` is one that `openTree` gave. */
  goGroundOf(tree: FilteredTree): GoGround;
  /** Digests of the files below a build context's root (workspace-relative). */
  digestsOf(contextRoot: string): FileDigests;
  /** Writes what was learned of files, so that the next process need not read them. */
  save(): Promise<void>;
}

/**
 * Opens the ground on which the images of a workspace are planned. It is what the workspace is now: open it anew for each task.
 * @throws {SlipwayError} CONFIG_LOCK_INVALID
 */
export function openPlanningGround(place: WorkspacePlace, clock: Pick<Clock, 'now'>): PlanningGround {
  const { workspaceRoot, machineStore } = place;
  const lock = readSlipwayLock(workspaceRoot);
  const trees = new Map<string, FilteredTree>();
  const digests = new Map<string, FileDigests>();
  const scanners = new Map<FilteredTree, RememberingGoFileScanner>();
  const graph = openGoModuleGraph();
  return {
    place,
    lock,
    pins: digestBases(lock, workspaceRoot),
    openTree(request) {
      const ignoreFile = findIgnoreFile(request);
      const key = JSON.stringify([request.contextRoot, ignoreFile?.path, request.taskOutputs ?? []]);
      return remember(trees, key, () => openFilteredTree(request, ignoreFile));
    },
    goGroundOf(tree) {
      const cacheFile = goHeadersFile(machineStore);
      return {
        graph,
        scanner: remember(scanners, tree, () => openGoFileScanner({ absoluteRoot: tree.root, cacheFile, clock })),
      };
    },
    digestsOf(contextRoot) {
      return remember(digests, contextRoot, () => {
        const name = createHash('sha256').update(join(workspaceRoot, contextRoot)).digest('hex').slice(0, 24);
        return openFileDigests(join(machineStore, 'file-digests', name), clock);
      });
    },
    async save() {
      for (const opened of digests.values()) await opened.save();
      for (const scanner of scanners.values()) scanner.save();
    },
  };
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, open: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const opened = open();
  known.set(key, opened);
  return opened;
}
