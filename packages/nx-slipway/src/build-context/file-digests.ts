import { hash, createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type BigIntStats } from 'node:fs';
import type { Clock } from '../exec/tools';
import { openStampedMemory } from './stamped-memory';

/** SHA-256 of files, remembered from run to run. */
export interface FileDigests {
  /**
   * 64 hex characters. Read anew unless the file has the device, inode, size, mtime and ctime that it had when it was last read.
   * In: an absolute path and what `lstat` said of it. A link is not followed (ELOOP). Throws what the file system throws.
   */
  digestOf(absolutePath: string, stats: BigIntStats): string;
  /**
   * Writes what is remembered, in one step: other processes see the old file or the new one; the last writer wins.
   * A folder that cannot be written is no failure: the next run reads the files again.
   */
  save(): Promise<void>;
}

const CHUNK_BYTES = 1024 * 1024;
const HEADER = 'nx-slipway file digests 1';

/**
 * Opens the digests of a cache file (absolute path; it need not exist). A file that is damaged is as good as none.
 * Synchronous on purpose: reading 8,000 files of 16 KB takes 0.2 s this way and 0.6 s through the thread pool (Node 20, two cores).
 */
export function openFileDigests(cacheFile: string, clock: Pick<Clock, 'now'>): FileDigests {
  const memory = openStampedMemory<string>({
    cacheFile,
    header: HEADER,
    clock,
    encode: (sha256) => sha256,
    decode: (text) => (/^[0-9a-f]{64}$/.test(text) ? text : undefined),
  });
  return {
    digestOf(absolutePath, stats) {
      const known = memory.get(stats);
      if (known) return known;
      const { sha256, statsAfter } = hashFile(absolutePath);
      memory.remember(stats, statsAfter, sha256);
      return sha256;
    },
    save() {
      memory.save();
      return Promise.resolve();
    },
  };
}

/** Reads a file in chunks, so that its size does not matter. A FIFO that took the file's place does not block. */
function hashFile(absolutePath: string): { readonly sha256: string; readonly statsAfter: BigIntStats } {
  const file = openSync(absolutePath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file, { bigint: true });
    const sha256 = stats.size <= BigInt(CHUNK_BYTES) ? hash('sha256', readFileSync(file), 'hex') : hashChunks(file);
    return { sha256, statsAfter: fstatSync(file, { bigint: true }) };
  } finally {
    closeSync(file);
  }
}

function hashChunks(file: number): string {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) digest.update(chunk.subarray(0, read));
  return digest.digest('hex');
}
