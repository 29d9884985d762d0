import { closeSync, constants, fstatSync, openSync, readFileSync, type BigIntStats } from 'node:fs';
import type { Clock } from '../../../exec/tools';
import type { FilteredTree } from '../../filtered-tree';
import { openStampedMemory, stampedMemoryFile, type StampedMemory } from '../../stamped-memory';
import type { ContextTree } from '../rule-selection';
import { listIncludes, type Include } from './c-includes';
import { parseGoFileHeader, type GoFileHeader } from './go-file-header';

/** How headers are read. Paths are relative to the root of the build context and name a file, not a link. */
export interface GoFileScanner {
  /** The header of a Go file; `undefined` where it cannot be read (staging will name it). */
  scan(path: string): GoFileHeader | undefined;
  /** What a C, Fortran, SWIG or assembly file includes; empty where it cannot be read. */
  includesOf(path: string): readonly Include[];
}

/** A scanner that remembers from run to run. */
export interface RememberingGoFileScanner extends GoFileScanner {
  /** Writes what is remembered; a folder that cannot be written is no failure. */
  save(): void;
}

/** Reads headers from a tree, and remembers nothing. */
export function scanTree(tree: ContextTree): GoFileScanner {
  return {
    scan(path) {
      const text = tree.read(path);
      return text === undefined ? undefined : parseGoFileHeader(text);
    },
    includesOf: (path) => listIncludes(tree.read(path) ?? ''),
  };
}

/** Where the files and the memory of a scanner are. */
export interface GoFileScannerRequest {
  readonly tree: Pick<FilteredTree, 'root' | 'statsOf'>;
  /** Absolute path. */
  readonly machineStore: string;
  readonly clock: Pick<Clock, 'now'>;
}

const HEADER = 'nx-slipway go file headers 1';

/**
 * Opens a scanner of a build context on disk. A file is read once, then one `lstat` tells that it is as it was; within a process it is looked
 * at once. Links are not followed. All images of a build context share a cache file, whichever process plans them.
 */
export function openGoFileScanner({ tree, machineStore, clock }: GoFileScannerRequest): RememberingGoFileScanner {
  const memory = openStampedMemory<Scanned>({
    cacheFile: stampedMemoryFile(machineStore, 'go-headers', tree.root),
    clock,
    header: HEADER,
    encode: JSON.stringify,
    decode: decodeScanned,
  });
  const seen = new Map<string, Scanned | undefined>();
  const scanFile = (path: string, read: (text: string) => Scanned): Scanned | undefined => {
    if (seen.has(path)) return seen.get(path);
    const scanned = scanOnDisk(path, tree, memory, read);
    seen.set(path, scanned);
    return scanned;
  };
  return {
    scan: (path) => scanFile(path, (text) => ({ header: parseGoFileHeader(text) }))?.header,
    includesOf: (path) => scanFile(path, (text) => ({ includes: listIncludes(text) }))?.includes ?? [],
    save: () => memory.save(),
  };
}

interface Scanned {
  readonly header?: GoFileHeader;
  readonly includes?: readonly Include[];
}

function scanOnDisk(
  path: string,
  tree: GoFileScannerRequest['tree'],
  memory: StampedMemory<Scanned>,
  read: (text: string) => Scanned,
): Scanned | undefined {
  try {
    const stats = tree.statsOf(path);
    const known = memory.get(stats);
    if (known) return known;
    const { text, statsAfter } = readText(`${tree.root}/${path}`);
    const scanned = read(text);
    memory.remember(stats, statsAfter, scanned);
    return scanned;
  } catch {
    return undefined;
  }
}

/** A link that took the file's place is refused; a FIFO does not block. */
function readText(absolutePath: string): { readonly text: string; readonly statsAfter: BigIntStats } {
  const file = openSync(absolutePath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return { text: readFileSync(file, 'utf8'), statsAfter: fstatSync(file, { bigint: true }) };
  } finally {
    closeSync(file);
  }
}

/** The cache file is this user's own; of a line that was edited by hand only what has the right shape is believed. */
function decodeScanned(text: string): Scanned | undefined {
  try {
    const scanned = JSON.parse(text) as Scanned | null;
    const { header, includes } = scanned ?? {};
    const complete = header ? Array.isArray(header.imports) && Array.isArray(header.embeds) : Array.isArray(includes);
    return complete && scanned ? scanned : undefined;
  } catch {
    return undefined;
  }
}
