import { openContextEntries, type ContextEntries } from '../../build-context/context-entries';
import { openFileDigests, type FileDigests } from '../../build-context/file-digests';
import {
  findIgnoreFile,
  openFilteredTree,
  type ContextRequest,
  type FilteredTree,
} from '../../build-context/filtered-tree';
import { openGoFileScanner, type RememberingGoFileScanner } from '../../build-context/narrowing/go/go-file-scanner';
import { openGoModuleGraph } from '../../build-context/narrowing/go/go-module-graph';
import type { GoGround } from '../../build-context/narrowing/select-by-rule';
import { openNxVisibility, type NxVisibility } from '../../build-context/nx-visibility';
import { digestBases, readSlipwayLock, type SlipwayLock } from '../../build-context/slipway-lock';
import { stampedMemoryFile } from '../../build-context/stamped-memory';
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
  /** The entries of a tree that `openTree` gave. */
  entriesOf(tree: FilteredTree): ContextEntries;
  /** What Nx sees of the workspace. */
  readonly visibility: NxVisibility;
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
  const entries = new Map<FilteredTree, ContextEntries>();
  const scanners = new Map<FilteredTree, RememberingGoFileScanner>();
  const graph = openGoModuleGraph();
  const visibility = openNxVisibility(workspaceRoot);
  /** Trees with the same root share them. */
  const digestsBelow = (root: string): FileDigests =>
    remember(digests, root, () => openFileDigests(stampedMemoryFile(machineStore, 'file-digests', root), clock));
  return {
    place,
    lock,
    visibility,
    pins: digestBases(lock, workspaceRoot),
    openTree(request) {
      const ignoreFile = findIgnoreFile(request);
      const key = JSON.stringify([request.contextRoot, ignoreFile?.path, request.taskOutputs ?? []]);
      return remember(trees, key, () => openFilteredTree(request, ignoreFile, visibility));
    },
    goGroundOf: (tree) => ({
      graph,
      scanner: remember(scanners, tree, () => openGoFileScanner({ tree, machineStore, clock })),
    }),
    entriesOf: (tree) => remember(entries, tree, () => openContextEntries(tree, digestsBelow(tree.root))),
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
