import { folderOf } from '../../context-path';
import { joinPath, listFoldersUp } from './linked-tree';
import { isGoFileName, isNativeFileName } from './read-go-package';

/** What a selection consists of, as far as globs are concerned. */
export interface GoSelectionParts {
  /** All paths that are selected. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Folders of packages, also of those that are imported and do not exist. */
  readonly packageFolders: ReadonlySet<string>;
  /** Folders of packages with files for other compilers than Go's. */
  readonly nativeFolders: ReadonlySet<string>;
  /** Folders of which everything is selected, or everything but Go files. */
  readonly trees: ReadonlyMap<string, 'cgo' | 'all'>;
  /** Single paths, and patterns of embedded files. */
  readonly exact: ReadonlySet<string>;
}

/** More globs than these are felt in the graph, and the image has other inputs too. */
export const MAX_GO_GLOBS = 150;

/**
 * What stands for a kind of files after the folder. There is no `!` in them, neither as an exclusion nor as `!(…)`, which Nx turns into
 * one: an exclusion takes away what other COPY lines of the image read. `[!…]` is broken in Nx 23.2, `[^…]` is not; both glob
 * engines of Nx, globset for hashes and minimatch for `nx affected`, know it.
 */
const NAMES = {
  /** Names that end with `.go` and not with `_test.go`, but `t.go`, `st.go`, `est.go` and `test.go`. */
  go: '{*[^t],*[^s]t,*[^e]st,*[^t]est,*[^_]test}.go',
  /** The extensions of the go command for other compilers than its own, and a few that look like them. */
  native: '*.{[cfhmsFS],[ch][chpx]*,[fs][xwyo9]*}',
  /** Names that do not end with `.go`, but `go` and `o`. */
  cgo: '{*[^o],*[^g]o,*[^.]go}',
  all: '*',
} as const;

type Kind = keyof typeof NAMES;
const KINDS: readonly Kind[] = ['go', 'native', 'cgo', 'all'];

/** Files of one kind in a folder, or also in all below it. */
interface FolderGlob {
  readonly kind: Kind;
  readonly folder: string;
  readonly deep: boolean;
}

/**
 * The globs of a selection: they match each of its files and whatever would join them in the folders of its packages; sorted. Above
 * `MAX_GO_GLOBS`, neighbouring folders become their parent with all below it, first where most of them are.
 */
export function renderGoGlobs(parts: GoSelectionParts): readonly string[] {
  const folders = withoutCovered([
    ...[...parts.packageFolders].map((folder) => ({ kind: 'go' as const, folder, deep: false })),
    ...[...parts.nativeFolders].map((folder) => ({ kind: 'native' as const, folder, deep: false })),
    ...[...parts.trees].map(([folder, kind]) => ({ kind, folder, deep: true })),
  ]);
  const isCovered = indexCoverage(folders);
  const patterns = [...parts.exact].map(widenPattern).filter((pattern) => !isCovered(pattern));
  const isMatched = compilePatterns(patterns);
  const rest = [...parts.files.keys()].filter((path) => !isCovered(path) && !isMatched(path)).map(widenPattern);
  return renderAtMost(MAX_GO_GLOBS, folders, [...new Set([...patterns, ...rest])]);
}

function renderAtMost(max: number, folders: readonly FolderGlob[], paths: readonly string[]): readonly string[] {
  let kept = folders;
  let single = paths;
  while (kept.length + single.length > max) {
    const group = findLargestGroup(kept, single);
    if (!group || kept.some((glob) => keyOf(glob) === keyOf(group))) break;
    const isCovered = indexCoverage([group]);
    kept = [...kept.filter((glob) => !covers(group, glob)), group];
    single = single.filter((path) => !isCovered(path));
  }
  return [...kept.map(renderFolder), ...single].sort();
}

function renderFolder({ kind, folder, deep }: FolderGlob): string {
  return joinPath(widenPattern(folder), `${deep ? '**/' : ''}${NAMES[kind]}`);
}

function withoutCovered(globs: readonly FolderGlob[]): readonly FolderGlob[] {
  const unique = [...new Map(globs.map((glob) => [keyOf(glob), glob])).values()];
  const deep = new Map(unique.filter((glob) => glob.deep).map((glob) => [keyOf(glob), glob]));
  if (deep.size === 0) return unique;
  return unique.filter((glob) => {
    const above = listFoldersUp(glob.folder).flatMap((folder) =>
      KINDS.flatMap((kind) => deep.get(keyOf({ kind, folder, deep: true })) ?? []),
    );
    return !above.some((other) => other !== glob && covers(other, glob));
  });
}

/** Whether all that a glob matches is matched by another one, which reaches below its folder. */
function covers(other: FolderGlob, { kind, folder, deep }: FolderGlob): boolean {
  const isWithin = folder === other.folder || isBelow(folder, other.folder);
  const takesKind = other.kind === kind || other.kind === 'all' || (other.kind === 'cgo' && kind === 'native');
  return isWithin && takesKind && (other.deep || (!deep && folder === other.folder));
}

function keyOf({ kind, folder, deep }: FolderGlob): string {
  return `${kind} ${deep ? '**' : '*'} ${folder}`;
}

/** Tells whether a path, or every path that a pattern stands for, is matched by one of the globs. */
function indexCoverage(globs: readonly FolderGlob[]): (path: string) => boolean {
  const byFolder = new Map<string, FolderGlob[]>();
  for (const glob of globs) byFolder.set(glob.folder, [...(byFolder.get(glob.folder) ?? []), glob]);
  return (path) => {
    const folder = folderOf(path);
    const name = path.slice(folder === '' ? 0 : folder.length + 1);
    return listFoldersUp(folder).some((above) =>
      byFolder.get(above)?.some(({ kind, deep }) => (deep || above === folder) && takesName(kind, name)),
    );
  };
}

function isBelow(folder: string, above: string): boolean {
  return above === '' || folder.startsWith(`${above}/`);
}

function takesName(kind: Kind, name: string): boolean {
  if (kind === 'all') return true;
  if (name.includes('*')) return false;
  if (kind === 'go') return isGoFileName(name) && !/^(?:t|st|est|test)\.go$/.test(name);
  return kind === 'native' ? isNativeFileName(name) : !name.endsWith('.go') && name !== 'go' && name !== 'o';
}

/**
 * The glob that takes the place of the most others: of one kind, in one folder, which is not the root. Where each is alone in its
 * folder, the deepest goes up by one.
 */
function findLargestGroup(globs: readonly FolderGlob[], paths: readonly string[]): FolderGlob | undefined {
  const groups = new Map<string, { readonly glob: FolderGlob; count: number }>();
  const parents = [
    ...globs.map(({ kind, folder }) => ({ kind, folder: folderOf(folder), deep: true })),
    ...paths.map((path) => ({ kind: 'all' as const, folder: folderOf(path), deep: true })),
  ];
  for (const glob of parents.filter(({ folder }) => folder !== '')) {
    const key = keyOf(glob);
    const group = groups.get(key) ?? { glob, count: 0 };
    groups.set(key, group);
    group.count++;
  }
  const depth = ({ folder }: FolderGlob) => folder.split('/').length;
  const [largest] = [...groups.values()].sort(
    (a, b) => b.count - a.count || depth(b.glob) - depth(a.glob) || (keyOf(a.glob) < keyOf(b.glob) ? -1 : 1),
  );
  return (
    largest?.glob ?? (globs.some(({ folder }) => folder !== '') ? { kind: 'go', folder: '', deep: true } : undefined)
  );
}

/** A path or a pattern of `path.Match` as a glob of Nx: a segment with anything that may mean something else there becomes `*`. */
function widenPattern(pattern: string): string {
  return pattern
    .split('/')
    .map((segment) => (/^[\p{L}\p{N}._\-~=,;:%&* ]*$/u.test(segment) ? segment.replace(/\*+/g, '*') : '*'))
    .join('/');
}

/** Whether a path is one of these, or is matched by one. */
function compilePatterns(patterns: readonly string[]): (path: string) => boolean {
  const literal = new Set(patterns);
  const wild = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => new RegExp(`^${pattern.replace(/[.+\\^$()[\]{}|]/g, '\\$&').replaceAll('*', '[^/]*')}$`, 'u'));
  return (path) => literal.has(path) || wild.some((regexp) => regexp.test(path));
}
