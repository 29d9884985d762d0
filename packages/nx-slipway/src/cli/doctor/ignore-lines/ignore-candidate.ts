import { posix } from 'node:path';

/** A line that might be added to an ignore file. */
export interface IgnoreCandidate {
  /** A pattern relative to the root of the build context, in the language of ignore files. */
  readonly line: string;
  /** Completes the sentence "it leaves out …". */
  readonly what: string;
  /** Whether it leaves a path out. */
  readonly matches: (path: string) => boolean;
  /** As a RUN line or another file would name it. */
  readonly mention: RegExp;
  /** `go`: only the Go toolchain is known not to read it. `any`: no build is known to read it unless it names it. */
  readonly unreadBy: 'go' | 'any';
}

interface FolderKind {
  readonly names: readonly string[];
  readonly what: string;
  readonly unreadBy: IgnoreCandidate['unreadBy'];
  /** Every file of such a folder has to be one of these. */
  readonly holdsOnly: RegExp;
}

/** Files that the Go toolchain reads of a folder, besides those that `//go:embed` names: `go help packages`, `go help cgo`, Go 1.22. */
const GO_READS =
  /\.(?:go|s|S|sx|c|cc|cpp|cxx|h|hh|hpp|hxx|m|f|F|for|f90|syso|swig|swigcxx)$|(?:^|\/)go\.(?:mod|sum|work)$/;
const ANYTHING = /(?:)/;
const NOT_FOR_GO = new RegExp(`^(?!.*(?:${GO_READS.source}))|_test\\.go$`);

const FOLDER_KINDS: readonly FolderKind[] = [
  {
    names: ['.github', '.gitlab', '.circleci', '.vscode', '.idea', '.husky', '.devcontainer'],
    what: 'settings of editors and CI',
    unreadBy: 'any',
    holdsOnly: ANYTHING,
  },
  {
    names: ['k8s', 'kubernetes', 'helm', 'charts', 'manifests'],
    what: 'Kubernetes manifests',
    unreadBy: 'any',
    holdsOnly: /\.(?:ya?ml|tpl|json|md|txt|lock|tgz)$|(?:^|\/)\.helmignore$/,
  },
  { names: ['docs', 'doc'], what: 'documentation', unreadBy: 'go', holdsOnly: NOT_FOR_GO },
  { names: ['e2e', 'tests', 'test'], what: 'tests', unreadBy: 'go', holdsOnly: NOT_FOR_GO },
];

const FILE_KINDS: readonly IgnoreCandidate[] = [
  fileKind('**/*_test.go', 'tests', /_test\.go$/, /_test\.go/, 'go'),
  fileKind('**/*.md', 'documentation', /\.md$/, /\.md\b/, 'go'),
  fileKind('*.md', 'documentation at the root', /^[^/]*\.md$/, /\.md\b/, 'go'),
  fileKind('**/Dockerfile', 'Dockerfiles', /(?:^|\/)Dockerfile$/, /Dockerfile/, 'any'),
];

/**
 * Lines that would leave out something of these paths (files of a build context) that builds hardly ever need: documentation, tests,
 * manifests, settings of editors and CI. Whether a build needs it after all is for `judgeIgnoreCandidate` to say. Pure.
 */
export function listIgnoreCandidates(paths: readonly string[]): readonly IgnoreCandidate[] {
  const folders = FOLDER_KINDS.flatMap((kind) => kind.names.flatMap((name) => listFolderCandidates(name, kind, paths)));
  const files = FILE_KINDS.filter(({ matches }) => paths.some(matches));
  return [...folders, ...files];
}

/** One line for all folders of a name where all are of the kind, else one for each that is. */
function listFolderCandidates(name: string, kind: FolderKind, paths: readonly string[]): IgnoreCandidate[] {
  const folders = [...new Set(paths.flatMap((path) => topmostFolder(path, name) ?? []))];
  const [only, ...more] = folders;
  const fitting = folders.filter(
    (folder) => isPlainPath(folder) && paths.every((path) => !isBelow(path, folder) || kind.holdsOnly.test(path)),
  );
  if (only !== undefined && more.length > 0 && fitting.length === folders.length) {
    return [folderCandidate(`**/${name}`, name, kind, (path) => topmostFolder(path, name) !== undefined)];
  }
  return fitting.map((folder) => folderCandidate(folder, name, kind, (path) => isBelow(path, folder)));
}

function folderCandidate(
  line: string,
  name: string,
  { what, unreadBy }: FolderKind,
  matches: IgnoreCandidate['matches'],
): IgnoreCandidate {
  const mention = new RegExp(String.raw`(?:^|[^\w.-])${name.replaceAll('.', String.raw`\.`)}(?![\w.-])`);
  return { line, what, matches, mention, unreadBy };
}

function fileKind(
  line: string,
  what: string,
  pattern: RegExp,
  mention: RegExp,
  unreadBy: IgnoreCandidate['unreadBy'],
): IgnoreCandidate {
  return { line, what, matches: (path) => pattern.test(path), mention, unreadBy };
}

function topmostFolder(path: string, name: string): string | undefined {
  const segments = posix.dirname(path).split('/');
  const index = segments.indexOf(name);
  return index < 0 ? undefined : segments.slice(0, index + 1).join('/');
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** Nothing in it has a meaning in an ignore file. */
function isPlainPath(path: string): boolean {
  return /^[\p{L}\p{N}_.][\p{L}\p{N}_.\-/]*$/u.test(path);
}
