import { posix } from 'node:path';
import { widenSegments } from '../../list-input-globs';
import { isFileOf, listFilesBelow } from '../files/list-files-below';
import { parsePathGlob } from '../files/parse-path-glob';
import { prunePackageLock, type PrunedLock, type UnprunedLock } from '../npm/prune-npm-lock';
import type { ContextTree, RuleSelection } from '../rule-selection';
import { followDependencies } from './follow-dependencies';
import { normalizeRoot, type GraphProject } from './projects-of-graph';
import { NPM_LOCK_FILE, ROOT_FILE_GLOBS, UNPRUNED_LOCK_FILES } from './root-files';

/** For which project the rule stands, in which workspace. */
export interface NxDependencyRequest {
  /** The project whose image is built. `root` is workspace-relative. */
  readonly project: { readonly name: string; readonly root: string };
  /** All projects by name (`projectsOfGraph`). */
  readonly projects: ReadonlyMap<string, GraphProject>;
  readonly tree: ContextTree;
  /** The root of the build context, workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
}

/** Above so many folders of other projects within those that are selected, Nx is told of all of these. */
const MAX_EXCLUDED_FOLDERS = 50;

/**
 * What the rule `nx:dependencies` lets through: the files of the project and of all that it depends on, in the graph of Nx or by links in npm's
 * lock file, and the root files that builds need. A file belongs to the project with the nearest root above it, as in Nx. npm's lock
 * file is pruned to what these projects and the root use; it is in `replaced` only, and `listNxDependencyInputs` tells Nx of it.
 * Other lock files are in as a whole.
 */
export function selectNxDependencies(request: NxDependencyRequest): RuleSelection {
  const { tree } = request;
  const { chains, lock } = selectProjects(request);
  const wholeLocks = listLockFiles(tree).filter((path) => lock.status !== 'pruned' || path !== NPM_LOCK_FILE);
  const roots = new Set([...chains.keys()].map((name) => rootOf(name, request)));
  const linked =
    lock.status === 'pruned' ? [...lock.linkedFolders.filter((folder) => !roots.has(folder)), ...lock.archives] : [];
  const files = new Map<string, readonly string[]>([
    ...[...listRootFiles(tree), ...wholeLocks].map((path) => [path, [`${path} of the workspace`]] as const),
    ...linked
      .flatMap((path) => listBelow(path, request))
      .map((path) => [path, [`a link in ${NPM_LOCK_FILE}`]] as const),
    ...[...chains].flatMap(([name, chain]) => listProjectFiles(name, request).map((path) => [path, chain] as const)),
  ]);
  if (lock.status === 'pruned') files.delete(NPM_LOCK_FILE);
  return {
    files,
    replaced: new Map(lock.status === 'pruned' ? [[NPM_LOCK_FILE, lock.text]] : []),
    globs: [
      ...listProjectGlobs([...chains.keys()], request),
      ...ROOT_FILE_GLOBS,
      ...wholeLocks,
      ...linked.flatMap((path) => [path, `${path}/**/*`]).map(widenGlob),
    ],
    widened: wholeLocks.map((path) => `${path} is in as a whole: ${whyWhole(path, lock)}`),
  };
}

interface SelectedProjects {
  /** Name to the chain of projects that leads there from the one whose image is built. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  readonly lock: PrunedLock | UnprunedLock;
}

/** A project may be reached by a link in the lock file alone, and then depend on others in the graph, so both are followed in turn. */
function selectProjects(request: NxDependencyRequest): SelectedProjects {
  const { project, tree, contextRoot } = request;
  const projects = new Map(request.projects).set(project.name, {
    dependencies: [],
    ...request.projects.get(project.name),
    root: project.root,
  });
  let chains = followDependencies(new Map([[project.name, [project.name]]]), projects);
  for (;;) {
    const lock = pruneFor(
      [...chains.keys()].map((name) => rootOf(name, request)),
      tree,
      contextRoot,
    );
    const linked = lock.status === 'pruned' ? lock.linkedFolders : [];
    const more = [...projects].filter(([name, { root }]) => linked.includes(normalizeRoot(root)) && !chains.has(name));
    if (more.length === 0) return { chains, lock };
    const joined = more.map(([name]) => [name, [project.name, name]] as const);
    chains = followDependencies(new Map([...chains, ...joined]), projects);
  }
}

function pruneFor(folders: readonly string[], tree: ContextTree, contextRoot: string): PrunedLock | UnprunedLock {
  const text = tree.read(NPM_LOCK_FILE);
  if (text === undefined) return { status: 'not-pruned', reason: 'there is none' };
  // Nx knows the packages of the lock file at the root of the workspace only.
  if (contextRoot !== '') return { status: 'not-pruned', reason: 'the build context is not the root of the workspace' };
  const other = UNPRUNED_LOCK_FILES.find((path) => isFileOf(tree, path));
  if (other !== undefined) return { status: 'not-pruned', reason: `${other} lies beside it` };
  return prunePackageLock(text, folders);
}

function whyWhole(path: string, lock: PrunedLock | UnprunedLock): string {
  return path === NPM_LOCK_FILE && lock.status === 'not-pruned' ? lock.reason : `only ${NPM_LOCK_FILE} can be pruned`;
}

function listLockFiles(tree: ContextTree): readonly string[] {
  return [NPM_LOCK_FILE, ...UNPRUNED_LOCK_FILES].filter((path) => isFileOf(tree, path));
}

function listRootFiles(tree: ContextTree): readonly string[] {
  return ROOT_FILE_GLOBS.flatMap((glob) => {
    const parsed = parsePathGlob(glob);
    if ('reason' in parsed) throw new TypeError(`${glob}: ${parsed.reason}`);
    const { folder, matches } = parsed;
    const candidates =
      folder === '' ? listHere(tree) : isFileOf(tree, folder) ? [folder] : listFilesBelow(tree, folder);
    return candidates.filter((path) => matches(path));
  });
}

function listHere(tree: ContextTree): readonly string[] {
  return listFilesBelow(tree, '', () => false);
}

function listProjectFiles(name: string, request: NxDependencyRequest): readonly string[] {
  const folder = folderOf(rootOf(name, request), request);
  if (folder === undefined) return [];
  const others = new Set(otherRoots(name, request));
  return listFilesBelow(request.tree, folder, (below) => !others.has(below));
}

/** Folders of the build context that are the roots of other projects. */
function otherRoots(name: string, request: NxDependencyRequest): readonly string[] {
  const own = rootOf(name, request);
  return [...request.projects.keys()]
    .map((other) => rootOf(other, request))
    .filter((root) => root !== own)
    .flatMap((root) => folderOf(root, request) ?? []);
}

function listBelow(path: string, { tree }: NxDependencyRequest): readonly string[] {
  return isFileOf(tree, path) ? [path] : listFilesBelow(tree, path);
}

function listProjectGlobs(names: readonly string[], request: NxDependencyRequest): readonly string[] {
  const folders = names.flatMap((name) => folderOf(rootOf(name, request), request) ?? []);
  const selected = new Set(folders);
  const excluded = [...request.projects.keys()]
    .flatMap((name) => folderOf(rootOf(name, request), request) ?? [])
    .filter((folder) => !selected.has(folder) && folders.some((one) => isWithin(folder, one)))
    // In Nx a `!` takes away from all others wherever it stands, so nothing above a selected project is taken away.
    .filter((folder) => !folders.some((one) => isWithin(one, folder)) && widenGlob(folder) === folder);
  return [
    ...folders.map((folder) => widenGlob(folder === '' ? '**/*' : `${folder}/**/*`)),
    ...(excluded.length > MAX_EXCLUDED_FOLDERS ? [] : excluded.map((folder) => `!${folder}/**/*`)),
  ];
}

/** A project's root as a folder of the build context, of which it may be above; `undefined` for one outside. */
function folderOf(root: string, { contextRoot }: NxDependencyRequest): string | undefined {
  if (isWithin(contextRoot, root)) return '';
  return isWithin(root, contextRoot) ? posix.relative(contextRoot, root) : undefined;
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function rootOf(name: string, { project, projects }: NxDependencyRequest): string {
  return normalizeRoot(name === project.name ? project.root : (projects.get(name)?.root ?? ''));
}

function widenGlob(glob: string): string {
  return widenSegments(glob.split('/')).join('/');
}
