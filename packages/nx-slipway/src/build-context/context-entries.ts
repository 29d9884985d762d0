import { readlinkSync, type BigIntStats } from 'node:fs';
import { posix } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import type { ContextEntry } from './build-context';
import type { FileDigests } from './file-digests';
import type { FilteredTree } from './filtered-tree';
import { readingContext, unsupportedFile } from './read-context';

/** The files and links of one tree, described and hashed when they are asked for, each once, however many images take them. */
export interface ContextEntries {
  /**
   * An entry without its origin.
   * @throws {SlipwayError} CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNSUPPORTED, CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
   */
  describe(path: string): ContextEntry;
}

/** Opens the entries of a tree; nothing is read yet. */
export function openContextEntries(tree: Pick<FilteredTree, 'root' | 'statsOf'>, digests: FileDigests): ContextEntries {
  const described = new Map<string, ContextEntry>();
  return {
    describe(path) {
      const entry = described.get(path) ?? describeEntry(path, tree, digests);
      described.set(path, entry);
      return entry;
    },
  };
}

function describeEntry(path: string, tree: Pick<FilteredTree, 'root' | 'statsOf'>, digests: FileDigests): ContextEntry {
  if (path.includes('\uFFFD')) throw unsupportedFile(path, 'file whose name is not UTF-8');
  const stats = tree.statsOf(path);
  if (stats.isSymbolicLink()) return describeLink(path, tree.root);
  if (!stats.isFile()) throw unsupportedFile(path, kindOf(stats));
  const executable = (stats.mode & 0o100n) !== 0n;
  const sha256 = readingContext(path, () => digests.digestOf(`${tree.root}/${path}`, stats));
  return { path, kind: 'file', executable, sha256, bytes: Number(stats.size) };
}

function describeLink(path: string, root: string): ContextEntry {
  const linkTarget = readingContext(path, () => readlinkSync(`${root}/${path}`));
  const target = posix.normalize(posix.join(posix.dirname(path), linkTarget));
  if (posix.isAbsolute(linkTarget) || target === '..' || target.startsWith('../')) {
    throw new SlipwayError('CONTEXT_LINK_LEAVES', { path, target: linkTarget, root });
  }
  return { path, kind: 'link', executable: false, linkTarget, bytes: 0 };
}

function kindOf(stats: BigIntStats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'FIFO';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'special file';
}
