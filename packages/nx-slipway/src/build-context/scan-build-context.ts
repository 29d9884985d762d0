import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeProblem, type Problem } from '../errors/slipway-error';
import { LET_EVERYTHING_THROUGH, type BuildContext, type ContextEntry } from './build-context';
import { openContextEntries, type ContextEntries } from './context-entries';
import type { FileDigests } from './file-digests';
import { openFilteredTree, type ContextRequest, type FilteredTree } from './filtered-tree';
import { renderPaths } from './render-paths';
import { READ_EVERYTHING, selectEntries, type PlannedRead, type SelectedEntries } from './select-entries';

/** Other work of this process gets its turn after so many bytes or files. */
const BYTES_PER_TURN = 32 * 1024 * 1024;
const FILES_PER_TURN = 1_000;

/**
 * Finds out what a build is given, and hashes it.
 * In: where the build context is, and what is read of it (default: all). Out: every file and link that is read, that the ignore file lets
 * through and that Nx sees, and the folders of these. Nothing is written. Two scans of the same files give the same entries, whatever
 * the path, owner, umask and file times are.
 * @throws {SlipwayError} CONTEXT_ROOT_MISSING, CONTEXT_ROOT_LINKED, CONTEXT_IGNORE_INVALID, CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNSUPPORTED,
 *   CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
 */
export async function scanBuildContext(
  request: ContextRequest,
  digests: FileDigests,
  reads: readonly PlannedRead[] = [READ_EVERYTHING],
): Promise<BuildContext> {
  const tree = openFilteredTree(request);
  return describeContext(tree, request, openContextEntries(tree, digests), reads);
}

/** As `scanBuildContext`, for a tree that is open already, and its entries. */
export async function describeContext(
  tree: FilteredTree,
  request: ContextRequest,
  known: ContextEntries,
  reads: readonly PlannedRead[],
): Promise<BuildContext> {
  const selected = selectEntries(tree, reads);
  const entries = await describeEntries(selected, known);
  const files = entries.filter(({ kind }) => kind === 'file');
  const disputed = entries.find(({ path, kind }) => kind !== 'directory' && tree.isDisputed(path))?.path;
  return {
    root: tree.root,
    ignoreFile: tree.ignoreFile?.path ?? null,
    entries,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut: tree.leftOut,
    widened: [...selected.widened, ...describeDispute(tree, disputed)],
    engineIgnoreText: disputed === undefined ? LET_EVERYTHING_THROUGH : (tree.ignoreFile?.text ?? ''),
    notices: [...listNotices(tree, request, disputed), ...listEmptyFolders(request, selected.emptyFolders)],
  };
}

async function describeEntries(
  { origins, replaced }: SelectedEntries,
  known: ContextEntries,
): Promise<readonly ContextEntry[]> {
  const entries = new Map<string, ContextEntry>();
  let bytesThisTurn = 0;
  let filesThisTurn = 0;
  for (const [path, origin] of origins) {
    for (let folder = posix.dirname(path); folder !== '.' && !entries.has(folder); folder = posix.dirname(folder)) {
      entries.set(folder, { path: folder, kind: 'directory', executable: false, bytes: 0 });
    }
    const entry = withContent(known.describe(path), replaced.get(path));
    entries.set(path, { ...entry, origin });
    bytesThisTurn += entry.bytes;
    if (bytesThisTurn > BYTES_PER_TURN || ++filesThisTurn >= FILES_PER_TURN) {
      bytesThisTurn = 0;
      filesThisTurn = 0;
      await nextTurn();
    }
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the engine is given in place of a file's own content. */
function withContent(entry: ContextEntry, content: string | undefined): ContextEntry {
  if (content === undefined || entry.kind !== 'file') return entry;
  return { ...entry, sha256: hash('sha256', content, 'hex'), bytes: Buffer.byteLength(content), content };
}

function describeDispute({ ignoreFile }: FilteredTree, disputed: string | undefined): BuildContext['widened'] {
  if (disputed === undefined) return [];
  const reason = `podman and BuildKit do not agree whether ${ignoreFile?.path} lets ${disputed} through`;
  return [{ line: null, reason }];
}

/** Both engines copy folders without files. git does not have them, and Nx cannot see them, so what they decide could not be hashed. */
function listEmptyFolders({ contextRoot }: ContextRequest, folders: readonly string[]): Problem[] {
  if (folders.length === 0) return [];
  const shown = renderPaths(folders);
  return [describeProblem('CONTEXT_FOLDERS_EMPTY', { root: contextRoot || '.', paths: shown })];
}

function listNotices(tree: FilteredTree, request: ContextRequest, disputed: string | undefined): Problem[] {
  const { ignoreFile } = tree;
  const root = request.contextRoot || '.';
  const notices: Problem[] = [];
  if (tree.unexpectedlyLeftOut.length > 0) {
    const hiders = new Map(tree.leftOut.map(({ path, hiddenBy }) => [path, hiddenBy] as const));
    const paths = renderPaths(tree.unexpectedlyLeftOut.map((path) => renderLeftOut(path, hiders.get(path))));
    const hiding = [...new Set(tree.unexpectedlyLeftOut.flatMap((path) => hiders.get(path) ?? []))].sort();
    const otherwise = hiding.length === 0 ? '' : ` What the image needs: take it out of ${hiding.join(', ')}.`;
    const file = ignoreFile?.path ?? posix.join(request.contextRoot, '.dockerignore');
    notices.push(describeProblem('CONTEXT_LEFT_OUT', { root, paths, file, otherwise }));
  }
  if (ignoreFile && disputed !== undefined) {
    notices.push(describeProblem('CONTEXT_IGNORE_AMBIGUOUS', { file: ignoreFile.path, path: disputed }));
  }
  return notices;
}

function renderLeftOut(path: string, hiddenBy: string | undefined): string {
  return hiddenBy === undefined ? path : `${path} (ignored by ${hiddenBy})`;
}
