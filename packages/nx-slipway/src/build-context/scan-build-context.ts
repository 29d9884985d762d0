import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { hash } from 'node:crypto';
import { join, posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeProblem, SlipwayError, type Problem } from '../errors/slipway-error';
import { LET_EVERYTHING_THROUGH, type BuildContext, type ContextEntry, type EntryOrigin } from './build-context';
import type { FileDigests } from './file-digests';
import { openFilteredTree, type ContextRequest, type FilteredTree } from './filtered-tree';
import { readingContext, unsupportedFile } from './read-context';
import { READ_EVERYTHING, selectEntries, type PlannedRead, type SelectedEntries } from './select-entries';

/** Other work of this process gets its turn after so many bytes or files. */
const BYTES_PER_TURN = 32 * 1024 * 1024;
const FILES_PER_TURN = 1_000;

/**
 * Finds out what a build is given, and hashes it.
 * In: where the build context is, and what is read of it (default: all). Out: every file and link that is read, that the ignore file lets
 * through and that Nx sees, and the folders of these. Nothing is written. Two scans of the same files give the same entries, whatever
 * the path, owner, umask and file times are.
 * @throws {SlipwayError} CONTEXT_ROOT_MISSING, CONTEXT_IGNORE_INVALID, CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNSUPPORTED,
 *   CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
 */
export async function scanBuildContext(
  request: ContextRequest,
  digests: FileDigests,
  reads: readonly PlannedRead[] = [READ_EVERYTHING],
): Promise<BuildContext> {
  return describeContext(openFilteredTree(request), request, digests, reads);
}

/** As `scanBuildContext`, for a tree that is open already. */
export async function describeContext(
  tree: FilteredTree,
  request: ContextRequest,
  digests: FileDigests,
  reads: readonly PlannedRead[],
): Promise<BuildContext> {
  const selected = selectEntries(tree, reads);
  const entries = await describeEntries(tree, selected, digests);
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
    notices: listNotices(tree, request, disputed),
  };
}

async function describeEntries(
  tree: FilteredTree,
  { origins, replaced }: SelectedEntries,
  digests: FileDigests,
): Promise<readonly ContextEntry[]> {
  const entries = new Map<string, ContextEntry>();
  let bytesThisTurn = 0;
  let filesThisTurn = 0;
  for (const [path, origin] of origins) {
    for (let folder = posix.dirname(path); folder !== '.' && !entries.has(folder); folder = posix.dirname(folder)) {
      entries.set(folder, { path: folder, kind: 'directory', executable: false, bytes: 0 });
    }
    const entry = describeEntry(path, origin, tree.root, digests, replaced.get(path));
    entries.set(path, entry);
    bytesThisTurn += entry.bytes;
    if (bytesThisTurn > BYTES_PER_TURN || ++filesThisTurn >= FILES_PER_TURN) {
      bytesThisTurn = 0;
      filesThisTurn = 0;
      await nextTurn();
    }
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function describeEntry(
  path: string,
  origin: EntryOrigin,
  root: string,
  digests: FileDigests,
  content: string | undefined,
): ContextEntry {
  if (path.includes('\uFFFD')) throw unsupportedFile(path, 'file whose name is not UTF-8');
  const stats = readingContext(path, () => lstatSync(join(root, path), { bigint: true }));
  if (stats.isSymbolicLink()) return { ...describeLink(path, root), origin };
  if (!stats.isFile()) throw unsupportedFile(path, kindOf(stats));
  const executable = (stats.mode & 0o100n) !== 0n;
  if (content !== undefined) {
    const bytes = Buffer.byteLength(content);
    return { path, kind: 'file', executable, sha256: hash('sha256', content, 'hex'), bytes, content, origin };
  }
  const sha256 = readingContext(path, () => digests.digestOf(join(root, path), stats));
  return { path, kind: 'file', executable, sha256, bytes: Number(stats.size), origin };
}

function describeLink(path: string, root: string): ContextEntry {
  const linkTarget = readingContext(path, () => readlinkSync(join(root, path)));
  const target = posix.normalize(posix.join(posix.dirname(path), linkTarget));
  if (posix.isAbsolute(linkTarget) || target === '..' || target.startsWith('../')) {
    throw new SlipwayError('CONTEXT_LINK_LEAVES', { path, target: linkTarget, root });
  }
  return { path, kind: 'link', executable: false, linkTarget, bytes: 0 };
}

function describeDispute({ ignoreFile }: FilteredTree, disputed: string | undefined): BuildContext['widened'] {
  if (disputed === undefined) return [];
  const reason = `podman and BuildKit do not agree whether ${ignoreFile?.path} lets ${disputed} through`;
  return [{ line: null, reason }];
}

function listNotices(tree: FilteredTree, request: ContextRequest, disputed: string | undefined): Problem[] {
  const { ignoreFile } = tree;
  const root = request.contextRoot || '.';
  const notices: Problem[] = [];
  if (tree.unexpectedlyLeftOut.length > 0) {
    const [first, second, third, ...more] = [...tree.unexpectedlyLeftOut].sort();
    const shown = [first, second, third].filter((path) => path !== undefined).join(', ');
    const paths = more.length > 0 ? `${shown} and ${more.length} more` : shown;
    const file = ignoreFile?.path ?? posix.join(request.contextRoot, '.dockerignore');
    notices.push(describeProblem('CONTEXT_LEFT_OUT', { root, paths, file }));
  }
  if (ignoreFile && disputed !== undefined) {
    notices.push(describeProblem('CONTEXT_IGNORE_AMBIGUOUS', { file: ignoreFile.path, path: disputed }));
  }
  return notices;
}

function kindOf(stats: BigIntStats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'FIFO';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'special file';
}
