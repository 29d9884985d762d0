import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, type Dirent, type Stats } from 'node:fs';

/** What a path is. A socket, a pipe and a device are `other`. */
export type EntryKind = 'file' | 'directory' | 'link' | 'other';

/** An entry of a folder. */
export interface DiskEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** What `lstat` says of a path, as far as an image depends on it. */
export interface EntryLook {
  readonly kind: EntryKind;
  /** Whether the owner may execute a file; false for all else. */
  readonly isExecutable: boolean;
}

/**
 * All questions that reading a workspace asks its disk. Paths are absolute. What cannot be answered throws Node's own error,
 * except where nothing is there and `undefined` says so.
 */
export interface ContextDisk {
  /** In the order of the file system. */
  readFolder(path: string): readonly DiskEntry[];
  /**
   * A file's text, links followed; `undefined` where nothing is there.
   * @param isListed whether its folder lists a file of that name, so that it need not be asked whether one is there
   */
  readText(path: string, isListed?: boolean): string | undefined;
  /** SHA-256 of a file's bytes. */
  digestFile(path: string): string;
  readLink(path: string): string;
  /** Links are not followed; `undefined` where nothing is there. */
  look(path: string): EntryLook | undefined;
  /** Links are followed. */
  isFolder(path: string): boolean;
}

/** The disk as it is at each question. */
export const DISK_NOW: ContextDisk = {
  readFolder: (path) =>
    readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  readText(path, isListed = false) {
    // Asked first: an error is made for each file that is not there, which costs more than all else here.
    if (!isListed && statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return readFileSync(path, 'utf8');
  },
  digestFile: (path) => hash('sha256', readFileSync(path), 'hex'),
  readLink: (path) => readlinkSync(path),
  look(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats && { kind: kindOf(stats), isExecutable: stats.isFile() && (stats.mode & 0o100) !== 0 };
  },
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
};

function kindOf(entry: Dirent | Stats): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
