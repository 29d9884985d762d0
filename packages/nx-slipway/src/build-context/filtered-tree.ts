import { lstatSync, readFileSync, type BigIntStats } from 'node:fs';
import { join, posix } from 'node:path';
import { isSlipwayError, SlipwayError } from '../errors/slipway-error';
import { assertNoLink } from './assert-no-link';
import type { LeftOutPath } from './build-context';
import { parseBuildahIgnoreFile } from './buildah-ignore-rules';
import { DISK_NOW, type ContextDisk, type DiskEntry } from './context-disk';
import { childOf, folderOf } from './context-path';
import { messageOf } from './file-system-error';
import { listIgnoreFileCandidates } from './ignore-file-candidates';
import { parseIgnoreFile, type IgnoreRules, type IgnoreVerdict } from './ignore-rules';
import type { ContextTree, ContextTreeEntry } from './narrowing/rule-selection';
import { openNxVisibility, type NxVisibility } from './nx-visibility';
import { readingContext } from './read-context';

/** Which build context. */
export interface ContextRequest {
  /** Absolute path. */
  readonly workspaceRoot: string;
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  /** Workspace-relative; `null` for an additional build context, whose ignore file is never named after a Dockerfile. */
  readonly dockerfile: string | null;
  /** Workspace-relative folders that this plugin writes, e.g. `dist/images`. */
  readonly ownOutputs: readonly string[];
  /** Workspace-relative outputs of tasks that the build depends on: part of the build context although git ignores them. */
  readonly taskOutputs?: readonly string[];
}

/** The ignore file that counts. */
export interface IgnoreFile {
  /** Workspace-relative. */
  readonly path: string;
  readonly text: string;
}

/** Never part of a build context, at any depth. Nx sees none of them. */
export const NEVER_IN_CONTEXT: readonly string[] = ['.git', '.nx', 'node_modules'];

/**
 * A build context as far as it was looked at: folders are read when they are asked for, each once. It has what BuildKit or podman would
 * let through: where they disagree each engine applies its own reading to the staged context again.
 */
export interface FilteredTree extends ContextTree {
  /** Absolute path. */
  readonly root: string;
  /** Where it is read from; the text of files, and what `statsOf` says, come from the disk as it is then. */
  readonly disk: ContextDisk;
  readonly ignoreFile: IgnoreFile | undefined;
  /** What a path is, or `undefined` where it is not in the build context. Links are not followed. */
  kindOf(path: string): ContextTreeEntry['kind'] | undefined;
  /**
   * What `lstat` says of a file or link; each is looked at once, so that all that is learned of it is of one moment.
   * @throws {SlipwayError} CONTEXT_FILE_CHANGED, CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_UNSUPPORTED
   */
  statsOf(path: string): BigIntStats;
  /** Whether one reading of the ignore file lets a file through and the other does not. */
  isDisputed(path: string): boolean;
  /** What lies in the folders that were read and is not part of the build context. */
  readonly leftOut: readonly LeftOutPath[];
  /** Those of them that the ignore file would let through. */
  readonly unexpectedlyLeftOut: readonly string[];
}

/**
 * Opens a build context, filtered by the ignore file that counts (or by the given one). Nothing but that file is read yet.
 * Trees of one workspace may share what Nx sees of it, and the disk that they are read from.
 * @throws {SlipwayError} CONTEXT_ROOT_MISSING, CONTEXT_ROOT_LINKED, CONTEXT_IGNORE_INVALID, CONTEXT_FILE_UNREADABLE
 */
export function openFilteredTree(
  request: ContextRequest,
  ignoreFile?: IgnoreFile,
  nx = openNxVisibility(request.workspaceRoot),
  disk: ContextDisk = DISK_NOW,
): FilteredTree {
  const root = join(request.workspaceRoot, request.contextRoot);
  if (!disk.isFolder(root)) throw new SlipwayError('CONTEXT_ROOT_MISSING', { path: request.contextRoot || '.' });
  assertNoLink(request.workspaceRoot, request.contextRoot, 'The build context', disk);
  return new LazyTree(request, root, ignoreFile ?? findIgnoreFile(request, disk), nx, disk);
}

/** What both ways to read an ignore file say of a folder. */
interface FolderState {
  readonly verdict: IgnoreVerdict | undefined;
  /** Whether podman looks into this folder. */
  readonly podmanEnters: boolean;
}

interface Listing {
  readonly entries: readonly ContextTreeEntry[];
  readonly kinds: ReadonlyMap<string, ContextTreeEntry['kind']>;
}

const NOTHING: Listing = { entries: [], kinds: new Map() };

class LazyTree implements FilteredTree {
  readonly leftOut: LeftOutPath[] = [];
  readonly unexpectedlyLeftOut: string[] = [];
  private readonly folders = new Map<string, FolderState>();
  private readonly listings = new Map<string, Listing>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly stats = new Map<string, BigIntStats>();
  private readonly disputed = new Set<string>();
  private readonly rules: IgnoreRules;
  private readonly podmanRules: ReturnType<typeof parseBuildahIgnoreFile>;

  constructor(
    private readonly request: ContextRequest,
    readonly root: string,
    readonly ignoreFile: IgnoreFile | undefined,
    private readonly nx: NxVisibility,
    readonly disk: ContextDisk,
  ) {
    this.rules = parseIgnoreFile(ignoreFile?.text ?? '', ignoreFile?.path);
    this.podmanRules = parseBuildahIgnoreFile(ignoreFile?.text ?? '');
    const hidden = this.findHiddenAncestor();
    if (hidden === undefined) this.folders.set('', { verdict: undefined, podmanEnters: true });
    else this.leftOut.push({ path: '', reason: `ignored by ${hidden}`, hiddenBy: hidden });
  }

  list(folder: string): readonly ContextTreeEntry[] {
    return this.listingOf(folder).entries;
  }

  kindOf(path: string): ContextTreeEntry['kind'] | undefined {
    if (path === '') return 'directory';
    return this.listingOf(folderOf(path)).kinds.get(posix.basename(path));
  }

  read(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.readText(path));
    return this.texts.get(path);
  }

  statsOf(path: string): BigIntStats {
    const known = this.stats.get(path);
    if (known) return known;
    const stats = readingContext(path, () => lstatSync(`${this.root}/${path}`, { bigint: true }));
    this.stats.set(path, stats);
    return stats;
  }

  isDisputed(path: string): boolean {
    return this.disputed.has(path);
  }

  private readText(path: string): string | undefined {
    if (this.kindOf(path) !== 'file') return undefined;
    return readingContext(path, () => readFileSync(join(this.root, path), 'utf8'));
  }

  private listingOf(folder: string): Listing {
    const known = this.listings.get(folder);
    if (known) return known;
    const state = this.stateOf(folder);
    const listing = state ? this.readFolder(folder, state) : NOTHING;
    this.listings.set(folder, listing);
    return listing;
  }

  /** The state of a folder is known once the folder above it has been read. */
  private stateOf(folder: string): FolderState | undefined {
    if (folder !== '') this.listingOf(folderOf(folder));
    return this.folders.get(folder);
  }

  /** Where the root itself is in a folder that is never looked at, the build context is empty. */
  private findHiddenAncestor(): string | undefined {
    const segments = this.request.contextRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
    for (let depth = 1; depth <= segments.length; depth++) {
      const path = segments.slice(0, depth).join('/');
      const hider = this.meetsTaskOutput(path) ? undefined : this.nx.hiddenBy(path, true);
      if (hider !== undefined) return hider;
    }
    return undefined;
  }

  private readFolder(folder: string, state: FolderState): Listing {
    const found = readingContext(folder || '.', () => this.disk.readFolder(join(this.root, folder)));
    const entries: ContextTreeEntry[] = [];
    for (const entry of found) {
      const path = childOf(folder, entry.name);
      const isIn = entry.kind === 'directory' ? this.visitFolder(path, state) : this.visitFile(path, state);
      if (isIn) entries.push(this.describe(path, entry));
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { entries, kinds: new Map(entries.map(({ name, kind }) => [name, kind])) };
  }

  private describe(path: string, { name, kind }: DiskEntry): ContextTreeEntry {
    if (kind !== 'link') return { name, kind: kind === 'directory' ? kind : 'file' };
    return { name, kind, linkTarget: readingContext(path, () => this.disk.readLink(join(this.root, path))) };
  }

  private visitFolder(path: string, parent: FolderState): boolean {
    const verdict = this.rules.judge(path, parent.verdict);
    const podmanEnters =
      parent.podmanEnters &&
      (!this.podmanRules || !this.podmanRules.isIgnored(path) || this.podmanRules.entersIgnoredFolder(path));
    const isEntered = podmanEnters || !verdict.ignored || this.rules.mayLetThroughBelow(path);
    if (this.isLeftOut(path, true, isEntered ? undefined : verdict, !verdict.ignored)) return false;
    this.folders.set(path, { verdict, podmanEnters });
    return true;
  }

  private visitFile(path: string, parent: FolderState): boolean {
    const verdict = this.rules.judge(path, parent.verdict);
    const podmanLetsThrough = this.podmanRules
      ? parent.podmanEnters && !this.podmanRules.isIgnored(path)
      : !verdict.ignored;
    const isLetThrough = podmanLetsThrough || !verdict.ignored;
    if (this.isLeftOut(path, false, isLetThrough ? undefined : verdict, !verdict.ignored)) return false;
    if (podmanLetsThrough === verdict.ignored) this.disputed.add(path);
    return true;
  }

  private isLeftOut(path: string, isFolder: boolean, ignoredBy: IgnoreVerdict | undefined, expected: boolean): boolean {
    const workspacePath = posix.join(this.request.contextRoot, path);
    const reason = ignoredBy
      ? `excluded by ${this.ignoreFile?.path} line ${ignoredBy.line}`
      : this.neverReason(path, workspacePath);
    const hider =
      reason === undefined && !this.meetsTaskOutput(workspacePath)
        ? this.nx.hiddenBy(workspacePath, isFolder)
        : undefined;
    const because = reason ?? (hider === undefined ? undefined : `ignored by ${hider}`);
    if (because === undefined) return false;
    if (!ignoredBy && expected) this.unexpectedlyLeftOut.push(path);
    this.leftOut.push({
      path,
      reason: because,
      ...(hider === undefined ? {} : { hiddenBy: hider }),
      ...(typeof ignoredBy?.line === 'number' ? { ignoreLine: ignoredBy.line } : {}),
    });
    return true;
  }

  private neverReason(path: string, workspacePath: string): string | undefined {
    const isNever = NEVER_IN_CONTEXT.includes(posix.basename(path)) || this.request.ownOutputs.includes(workspacePath);
    return isNever ? 'never part of a build context' : undefined;
  }

  /** Whether a path is an output of a task that the build depends on, or lies above or below one. */
  private meetsTaskOutput(workspacePath: string): boolean {
    return (this.request.taskOutputs ?? []).some(
      (output) =>
        output === workspacePath || output.startsWith(`${workspacePath}/`) || workspacePath.startsWith(`${output}/`),
    );
  }
}

/** Reads the ignore file that counts for a build, if there is one. @throws {SlipwayError} CONTEXT_FILE_UNREADABLE, CONTEXT_ROOT_LINKED */
export function findIgnoreFile(request: ContextRequest, disk: ContextDisk = DISK_NOW): IgnoreFile | undefined {
  const { workspaceRoot, contextRoot, dockerfile } = request;
  for (const path of listIgnoreFileCandidates(contextRoot, dockerfile)) {
    try {
      const text = disk.readText(join(workspaceRoot, path));
      if (text === undefined) continue;
      assertNoLink(workspaceRoot, path, 'The ignore file', disk);
      return { path, text };
    } catch (error) {
      if (isSlipwayError(error)) throw error;
      throw new SlipwayError('CONTEXT_FILE_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
    }
  }
  return undefined;
}
