import { posix } from 'node:path';
import { widenSegments } from '../../list-input-globs';
import { digestLockLayout } from '../npm/digest-lock-layout';
import { listExternalNodes } from '../npm/list-external-nodes';
import { parseNpmLock } from '../npm/npm-lock';
import { prunePackageLock } from '../npm/prune-npm-lock';
import { normalizeRoot } from './projects-of-graph';
import { NPM_LOCK_FILE, ROOT_FILE_GLOBS, UNPRUNED_LOCK_FILES } from './root-files';

/** What Nx has to hash for the rule `nx:dependencies`. */
export interface NxDependencyInputs {
  /**
   * Filesets for `inputs`. The one that begins with `^` makes Nx follow its own graph: files of the projects that are depended on, at any
   * distance, and the npm packages of all of these and of the project itself.
   */
  readonly filesets: readonly string[];
  /** For `externalDependencies`: names of nodes that Nx has in its graph, such as `npm:ms` and `npm:is-odd@3.0.1`. */
  readonly externalPackages: readonly string[];
  /**
   * Commands for `runtime`. Nx hashes what they print, here a digest that is part of the command: names of files and variables are not
   * hashed, only what is in them (seen with Nx 22.7, 23.2 and 24.0), so this is the one way to put a digest into a hash.
   */
  readonly runtime: readonly string[];
}

/** Where the rule stands, and what is known without a graph. Paths are workspace-relative. */
export interface NxDependencyInputRequest {
  readonly project: { readonly root: string };
  /** The root of the build context; `''` is the root of the workspace. */
  readonly contextRoot: string;
}

/** Reads files of the workspace at graph time. */
export interface InputFiles {
  /** A file's text, or `undefined` where there is no such file. */
  read(workspaceRelativePath: string): string | undefined;
}

/**
 * The inputs that cover all of which `selectNxDependencies` makes the content key: whatever the graph will be, Nx's hash changes when the key does.
 * The lock file itself is not among them where it can be pruned; instead there are the packages that are used, and where the lock
 * file puts them. Pure but for reading through `files`.
 */
export function listNxDependencyInputs(request: NxDependencyInputRequest, files: InputFiles): NxDependencyInputs {
  const lock = listLockInputs(request, files);
  const { contextRoot } = request;
  const rootGlobs = [...ROOT_FILE_GLOBS, ...UNPRUNED_LOCK_FILES].map((glob) => posix.join(contextRoot, glob));
  return {
    filesets: [
      '{projectRoot}/**/*',
      '^{projectRoot}/**/*',
      ...[...rootGlobs.map(widenGlob), ...lock.filesets].map((glob) => `{workspaceRoot}/${glob}`),
    ],
    externalPackages: lock.externalPackages,
    runtime: lock.runtime,
  };
}

function listLockInputs({ project, contextRoot }: NxDependencyInputRequest, files: InputFiles): NxDependencyInputs {
  const wholeLock = {
    filesets: [widenGlob(posix.join(contextRoot, NPM_LOCK_FILE))],
    externalPackages: [],
    runtime: [],
  };
  const text = contextRoot === '' ? files.read(NPM_LOCK_FILE) : undefined;
  if (text === undefined || !isKnownToNx(files)) return wholeLock;
  const own = normalizeRoot(project.root);
  const folders = [own];
  const pruned = prunePackageLock(text, folders);
  if (pruned.status !== 'pruned') return wholeLock;
  // Nearly always these are projects, and `^` covers them; a linked folder need not be one.
  const below = pruned.linkedFolders.filter((folder) => folder !== own).map((folder) => `${folder}/**/*`);
  return {
    filesets: [...below, ...listArchives(text)].map(widenGlob),
    externalPackages: listExternalNodes(text, folders),
    // Works in every shell, and cannot fail, which Nx would not notice.
    runtime: [`echo ${digestLockLayout(text)}`],
  };
}

/** Whether Nx has the packages of npm's lock file in its graph, and no other lock file instead. */
function isKnownToNx(files: InputFiles): boolean {
  if (UNPRUNED_LOCK_FILES.some((path) => files.read(path) !== undefined)) return false;
  // `pluginsConfig["@nx/js"].analyzeLockfile`; nx.json may have comments, and one there costs a hash that is too wide.
  return !/"analyzeLockfile"\s*:\s*false/.test(files.read('nx.json') ?? '');
}

/** Of the whole lock file: which projects the graph will lead to is not known yet. */
function listArchives(lockText: string): readonly string[] {
  const lock = parseNpmLock(lockText);
  if ('reason' in lock) return [];
  const resolved = Object.values(lock.packages).flatMap((entry) => (entry.link === true ? [] : (entry.resolved ?? [])));
  return [...new Set(resolved.filter((one) => one.startsWith('file:')).map((one) => posix.normalize(one.slice(5))))];
}

function widenGlob(glob: string): string {
  return widenSegments(glob.split('/')).join('/');
}
