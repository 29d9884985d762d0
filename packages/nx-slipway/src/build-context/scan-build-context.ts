import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';
import { join, posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeProblem, SlipwayError, type Problem } from '../errors/slipway-error';
import { LET_EVERYTHING_THROUGH, type BuildContext, type ContextEntry, type LeftOutPath } from './build-context';
import { parseBuildahIgnoreFile } from './buildah-ignore-rules';
import { errnoOf, messageOf } from './file-system-error';
import type { FileDigests } from './file-digests';
import { listIgnoreFileCandidates } from './ignore-file-candidates';
import { parseIgnoreFile, type IgnoreRules, type IgnoreVerdict } from './ignore-rules';
import { openNxVisibility, type NxVisibility } from './nx-visibility';

/** Which build context to scan. */
export interface ScanRequest {
  /** Absolute path. */
  readonly workspaceRoot: string;
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative folders that this plugin writes, e.g. `dist/images`. */
  readonly ownOutputs: readonly string[];
}

/** Never part of a build context, at any depth. Nx sees none of them. */
export const NEVER_IN_CONTEXT: readonly string[] = ['.git', '.nx', 'node_modules'];

/** Other work of this process gets its turn after so many bytes or files. */
const BYTES_PER_TURN = 32 * 1024 * 1024;
const FILES_PER_TURN = 1_000;

/**
 * Finds out what a build may be given, and hashes it.
 * In: where the build context is. Out: every file and link below its root that the ignore file lets through and that Nx sees, and the folders
 * of these. Nothing is written. Two scans of the same files give the same entries, whatever the path, owner, umask and file times are.
 * @throws {SlipwayError} CONTEXT_ROOT_MISSING, CONTEXT_IGNORE_INVALID, CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNSUPPORTED,
 *   CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
 */
export async function scanBuildContext(request: ScanRequest, digests: FileDigests): Promise<BuildContext> {
  const root = join(request.workspaceRoot, request.contextRoot);
  if (!isFolder(root)) throw new SlipwayError('CONTEXT_ROOT_MISSING', { path: request.contextRoot || '.' });
  const ignoreFile = findIgnoreFile(request);
  const walk = new ContextWalk(request, root, ignoreFile);
  walk.run();
  const entries = await describeEntries(walk.found, root, digests);
  const files = entries.filter(({ kind }) => kind === 'file');
  return {
    root,
    ignoreFile: ignoreFile?.path ?? null,
    entries,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut: walk.leftOut,
    ...describeDisagreement(walk, ignoreFile),
    notices: listNotices(walk, request, ignoreFile),
  };
}

interface IgnoreFile {
  /** Workspace-relative. */
  readonly path: string;
  readonly text: string;
}

interface FoundPath {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** What both ways to read an ignore file say of a folder that the walk is in. */
interface FolderState {
  readonly verdict: IgnoreVerdict | undefined;
  /** Whether podman looks into this folder. */
  readonly podmanEnters: boolean;
}

/**
 * One walk over a build context. It takes what BuildKit or podman would let through: where they disagree each engine applies
 * its own reading to the staged context again.
 */
class ContextWalk {
  readonly found: FoundPath[] = [];
  readonly leftOut: LeftOutPath[] = [];
  readonly unexpectedlyLeftOut: string[] = [];
  /** The first file that one reading lets through and the other does not. */
  disagreement: string | undefined;
  private readonly rules: IgnoreRules;
  private readonly podmanRules: ReturnType<typeof parseBuildahIgnoreFile>;
  private readonly nx: NxVisibility;

  constructor(
    private readonly request: ScanRequest,
    private readonly root: string,
    private readonly ignoreFile: IgnoreFile | undefined,
  ) {
    this.rules = parseIgnoreFile(ignoreFile?.text ?? '', ignoreFile?.path);
    this.podmanRules = parseBuildahIgnoreFile(ignoreFile?.text ?? '');
    this.nx = openNxVisibility(request.workspaceRoot);
  }

  run(): void {
    const hidden = this.findHiddenAncestor();
    if (hidden === undefined) this.enter('', { verdict: undefined, podmanEnters: true });
    else this.leftOut.push({ path: '', reason: hidden });
  }

  /** Where the root itself is in a folder that is never looked at, the build context is empty. */
  private findHiddenAncestor(): string | undefined {
    const segments = this.request.contextRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
    for (let depth = 1; depth <= segments.length; depth++) {
      const hider = this.nx.hiddenBy(segments.slice(0, depth).join('/'), true);
      if (hider !== undefined) return `ignored by ${hider}`;
    }
    return undefined;
  }

  private enter(folder: string, state: FolderState): void {
    const entries = readFolder(join(this.root, folder), folder);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) this.visitFolder(path, state);
      else this.visitFile(path, state);
    }
  }

  private visitFolder(path: string, parent: FolderState): void {
    const verdict = this.rules.judge(path, parent.verdict);
    const podmanEnters =
      parent.podmanEnters &&
      (!this.podmanRules || !this.podmanRules.isIgnored(path) || this.podmanRules.entersIgnoredFolder(path));
    const isEntered = podmanEnters || !verdict.ignored || this.rules.mayLetThroughBelow(path);
    if (this.isLeftOut(path, true, isEntered ? undefined : verdict, !verdict.ignored)) return;
    this.enter(path, { verdict, podmanEnters });
  }

  private visitFile(path: string, parent: FolderState): void {
    const verdict = this.rules.judge(path, parent.verdict);
    const podmanLetsThrough = this.podmanRules
      ? parent.podmanEnters && !this.podmanRules.isIgnored(path)
      : !verdict.ignored;
    const isLetThrough = podmanLetsThrough || !verdict.ignored;
    if (this.isLeftOut(path, false, isLetThrough ? undefined : verdict, !verdict.ignored)) return;
    if (podmanLetsThrough === verdict.ignored) this.disagreement ??= path;
    this.found.push({ path, stats: readStats(join(this.root, path), path) });
  }

  private isLeftOut(path: string, isFolder: boolean, ignoredBy: IgnoreVerdict | undefined, expected: boolean): boolean {
    const workspacePath = posix.join(this.request.contextRoot, path);
    const reason = ignoredBy
      ? `excluded by ${this.ignoreFile?.path} line ${ignoredBy.line}`
      : this.neverReason(path, workspacePath);
    if (reason !== undefined && !ignoredBy && expected) this.unexpectedlyLeftOut.push(path);
    const hider = reason === undefined ? this.nx.hiddenBy(workspacePath, isFolder) : undefined;
    const because = reason ?? (hider === undefined ? undefined : `ignored by ${hider}`);
    if (because !== undefined) this.leftOut.push({ path, reason: because });
    return because !== undefined;
  }

  private neverReason(path: string, workspacePath: string): string | undefined {
    const isNever = NEVER_IN_CONTEXT.includes(posix.basename(path)) || this.request.ownOutputs.includes(workspacePath);
    return isNever ? 'never part of a build context' : undefined;
  }
}

function findIgnoreFile({ workspaceRoot, contextRoot, dockerfile }: ScanRequest): IgnoreFile | undefined {
  for (const path of listIgnoreFileCandidates(contextRoot, dockerfile)) {
    const absolutePath = join(workspaceRoot, path);
    try {
      return { path, text: readFileSync(absolutePath, 'utf8') };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') {
        throw new SlipwayError('CONTEXT_FILE_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
      }
    }
  }
  return undefined;
}

async function describeEntries(
  found: readonly FoundPath[],
  root: string,
  digests: FileDigests,
): Promise<readonly ContextEntry[]> {
  const entries = new Map<string, ContextEntry>();
  let bytesThisTurn = 0;
  for (const [index, { path, stats }] of found.entries()) {
    for (let folder = posix.dirname(path); folder !== '.' && !entries.has(folder); folder = posix.dirname(folder)) {
      entries.set(folder, { path: folder, kind: 'directory', executable: false, bytes: 0 });
    }
    const entry = describeEntry(path, stats, root, digests);
    entries.set(path, entry);
    bytesThisTurn += entry.bytes;
    if (bytesThisTurn > BYTES_PER_TURN || index % FILES_PER_TURN === FILES_PER_TURN - 1) {
      bytesThisTurn = 0;
      await nextTurn();
    }
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function describeEntry(path: string, stats: BigIntStats, root: string, digests: FileDigests): ContextEntry {
  if (path.includes('\uFFFD')) throw unsupported(path, 'file whose name is not UTF-8');
  if (stats.isSymbolicLink()) return describeLink(path, root);
  if (!stats.isFile()) throw unsupported(path, kindOf(stats));
  const sha256 = reading(path, () => digests.digestOf(join(root, path), stats));
  return { path, kind: 'file', executable: (stats.mode & 0o100n) !== 0n, sha256, bytes: Number(stats.size) };
}

function describeLink(path: string, root: string): ContextEntry {
  const linkTarget = reading(path, () => readlinkSync(join(root, path)));
  const target = posix.normalize(posix.join(posix.dirname(path), linkTarget));
  if (posix.isAbsolute(linkTarget) || target === '..' || target.startsWith('../')) {
    throw new SlipwayError('CONTEXT_LINK_LEAVES', { path, target: linkTarget, root });
  }
  return { path, kind: 'link', executable: false, linkTarget, bytes: 0 };
}

function describeDisagreement(
  walk: ContextWalk,
  ignoreFile: IgnoreFile | undefined,
): Pick<BuildContext, 'widened' | 'engineIgnoreText'> {
  if (!ignoreFile || walk.disagreement === undefined) return { widened: [], engineIgnoreText: LET_EVERYTHING_THROUGH };
  const reason = `podman and BuildKit do not agree whether ${ignoreFile.path} lets ${walk.disagreement} through`;
  return { widened: [reason], engineIgnoreText: ignoreFile.text };
}

function listNotices(walk: ContextWalk, request: ScanRequest, ignoreFile: IgnoreFile | undefined): Problem[] {
  const root = request.contextRoot || '.';
  const notices: Problem[] = [];
  if (walk.unexpectedlyLeftOut.length > 0) {
    const [first, second, third, ...more] = walk.unexpectedlyLeftOut;
    const shown = [first, second, third].filter((path) => path !== undefined).join(', ');
    const paths = more.length > 0 ? `${shown} and ${more.length} more` : shown;
    const file = ignoreFile?.path ?? posix.join(request.contextRoot, '.dockerignore');
    notices.push(describeProblem('CONTEXT_LEFT_OUT', { root, paths, file }));
  }
  if (ignoreFile && walk.disagreement !== undefined) {
    notices.push(describeProblem('CONTEXT_IGNORE_AMBIGUOUS', { file: ignoreFile.path, path: walk.disagreement }));
  }
  return notices;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readFolder(absolutePath: string, path: string) {
  return reading(path || '.', () => readdirSync(absolutePath, { withFileTypes: true }));
}

function readStats(absolutePath: string, path: string): BigIntStats {
  return reading(path, () => lstatSync(absolutePath, { bigint: true }));
}

/** What vanishes or is replaced between two looks at it has changed; what may not be looked at is unreadable. */
function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errnoOf(error)) && !path.includes('\uFFFD')) {
      throw new SlipwayError('CONTEXT_FILE_CHANGED', { path, reason: 'it is gone' }, { cause: error });
    }
    if (path.includes('\uFFFD')) throw unsupported(path, 'file whose name is not UTF-8');
    throw new SlipwayError('CONTEXT_FILE_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
  }
}

function unsupported(path: string, kind: string): SlipwayError {
  return new SlipwayError('CONTEXT_FILE_UNSUPPORTED', { path, kind });
}

function kindOf(stats: BigIntStats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'FIFO';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'special file';
}
