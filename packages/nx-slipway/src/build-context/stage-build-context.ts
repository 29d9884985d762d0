import { createHash, hash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SlipwayError } from '../errors/slipway-error';
import type { BuildContext, ContextEntry } from './build-context';
import { errnoOf, messageOf } from './file-system-error';

/** Larger files are copied in pieces of this size. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const BYTES_PER_TURN = 32 * 1024 * 1024;
const FILES_PER_TURN = 1_000;
/** Every time in a staged context, in seconds since the epoch. */
const STAGED_TIME = 0;

/**
 * Copies a build context into a folder.
 * In: a scanned context and the absolute path of a folder that does not exist. Afterwards: the folder holds exactly the entries, the bytes
 * written are those whose digests the entries have, modes are 0644 and 0755, every time is the epoch. Never: a hard link, or a file that was
 * not hashed while it was copied. Where it fails the folder is removed.
 * @throws {SlipwayError} CONTEXT_FILE_CHANGED, CONTEXT_FILE_UNREADABLE, CONTEXT_NO_SPACE
 */
export async function stageBuildContext(context: BuildContext, folder: string, signal?: AbortSignal): Promise<void> {
  makeFolder(folder);
  try {
    await copyEntries(context, folder, signal);
    // Writing into a folder changes its time, so folders come last, the deepest first.
    for (const { path } of context.entries.filter(({ kind }) => kind === 'directory').reverse()) {
      utimesSync(join(folder, path), STAGED_TIME, STAGED_TIME);
    }
    utimesSync(folder, STAGED_TIME, STAGED_TIME);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!isNoSpace(error)) throw error;
    throw new SlipwayError('CONTEXT_NO_SPACE', { needed: context.bytes, folder }, { cause: error });
  }
}

async function copyEntries(context: BuildContext, folder: string, signal: AbortSignal | undefined): Promise<void> {
  let bytesThisTurn = 0;
  for (const [index, entry] of context.entries.entries()) {
    signal?.throwIfAborted();
    const source = join(context.root, entry.path);
    const target = join(folder, entry.path);
    if (entry.kind === 'directory') makeFolder(target);
    else if (entry.kind === 'link') copyLink(entry, source, target);
    else if (entry.content !== undefined) writeContent(entry, entry.content, target);
    else copyFile(entry, source, target);
    bytesThisTurn += entry.bytes;
    if (bytesThisTurn > BYTES_PER_TURN || index % FILES_PER_TURN === FILES_PER_TURN - 1) {
      bytesThisTurn = 0;
      await nextTurn();
    }
  }
}

function makeFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

function copyLink(entry: ContextEntry, source: string, target: string): void {
  const linkTarget = reading(entry, () => readlinkSync(source));
  if (linkTarget !== entry.linkTarget) throw changed(entry, 'the link has another target');
  symlinkSync(linkTarget, target);
  lutimesSync(target, STAGED_TIME, STAGED_TIME);
}

function writeContent(entry: ContextEntry, content: string, target: string): void {
  const to = openSync(target, 'wx', 0o600);
  try {
    writeWhole(to, Buffer.from(content));
    finishFile(to, entry);
  } finally {
    closeSync(to);
  }
}

function finishFile(file: number, { executable }: ContextEntry): void {
  fchmodSync(file, executable ? 0o755 : 0o644);
  futimesSync(file, STAGED_TIME, STAGED_TIME);
}

/** Digest and copy come from one read: whatever is written to the source afterwards is in neither. */
function copyFile(entry: ContextEntry, source: string, target: string): void {
  const from = reading(entry, () => openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  try {
    const to = openSync(target, 'wx', 0o600);
    try {
      const sha256 = entry.bytes <= CHUNK_BYTES ? copyWhole(entry, from, to) : copyInChunks(entry, from, to);
      if (sha256 !== entry.sha256) throw changed(entry, 'it has other content');
      finishFile(to, entry);
    } finally {
      closeSync(to);
    }
  } finally {
    closeSync(from);
  }
}

function copyWhole(entry: ContextEntry, from: number, to: number): string {
  const content = reading(entry, () => readFileSync(from));
  assertNotGrown(entry, content.length);
  writeWhole(to, content);
  return hash('sha256', content, 'hex');
}

function copyInChunks(entry: ContextEntry, from: number, to: number): string {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let copied = 0;
  for (;;) {
    const read = reading(entry, () => readSync(from, chunk));
    copied += read;
    // A file that grows while it is copied must not fill the disk.
    assertNotGrown(entry, copied);
    if (read === 0) return digest.digest('hex');
    const piece = chunk.subarray(0, read);
    digest.update(piece);
    writeWhole(to, piece);
  }
}

function writeWhole(file: number, content: Uint8Array): void {
  for (let written = 0; written < content.length;) written += writeSync(file, content, written);
}

function assertNotGrown(entry: ContextEntry, bytes: number): void {
  if (bytes > entry.bytes) throw changed(entry, `it has grown beyond ${entry.bytes} bytes`);
}

function reading<Result>(entry: ContextEntry, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') {
      throw new SlipwayError(
        'CONTEXT_FILE_UNREADABLE',
        { path: entry.path, reason: messageOf(error) },
        { cause: error },
      );
    }
    throw changed(entry, code === 'ENOENT' || code === 'ENOTDIR' ? 'it is gone' : 'it was replaced', error);
  }
}

function changed(entry: ContextEntry, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('CONTEXT_FILE_CHANGED', { path: entry.path, reason }, { cause });
}

function isNoSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error));
}
