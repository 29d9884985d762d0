import { posix } from 'node:path';
import { findUnprovableCommands } from '../../build-context/narrowing/find-unprovable-commands';
import { NPM_LOCK_FILE, UNPRUNED_LOCK_FILES } from '../../build-context/narrowing/nx/root-files';
import type { ContextTree } from '../../build-context/narrowing/rule-selection';
import { splitShellCommands } from '../../build-context/narrowing/shell-commands';
import type { StageRun } from '../../dockerfile/list-copy-sources';

/** What decides whether `nx:dependencies` can stand in for a copy of the workspace's root. */
export interface NxDependenciesQuestion {
  /** The RUN instructions that see what was copied. */
  readonly runs: readonly StageRun[];
  readonly tree: Pick<ContextTree, 'list'>;
  /** Of the project, workspace-relative; `undefined` where Nx's graph has not got it. */
  readonly projectRoot: string | undefined;
}

const BUILDERS = /^(?:npm|npx|yarn|pnpm|pnpx|nx)$/;
/** Options by which a package manager works on all packages of a workspace, not only those that are linked. */
const ALL_PACKAGES = /^(?:-ws|--workspaces|-r|--recursive|--all|-A|workspaces)$/;

/**
 * Whether the rule `nx:dependencies` can be suggested: the project is an npm package below the root, the root has a lock file, and RUN lines
 * build by a package manager or by Nx, and run nothing that `prove` would refuse. Pure but for looking at `tree`.
 */
export function suitsNxDependencies({ runs, tree, projectRoot }: NxDependenciesQuestion): boolean {
  if (projectRoot === undefined || projectRoot === '' || projectRoot === '.') return false;
  const hasLockFile = [NPM_LOCK_FILE, ...UNPRUNED_LOCK_FILES].some((path) => isThere(path, tree));
  if (!hasLockFile || !isThere(posix.join(projectRoot, 'package.json'), tree)) return false;
  if (findUnprovableCommands(runs).length > 0) return false;
  const builders = runs
    .flatMap(({ shell }) => splitShellCommands(shell))
    .map(({ words }) => words.map(({ text }) => text))
    .filter(([command]) => command !== undefined && BUILDERS.test(posix.basename(command)));
  return builders.length > 0 && !builders.some((words) => words.some((word) => ALL_PACKAGES.test(word)));
}

function isThere(path: string, tree: Pick<ContextTree, 'list'>): boolean {
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  return tree.list(folder === '.' ? '' : folder).some((entry) => entry.name === name && entry.kind === 'file');
}
