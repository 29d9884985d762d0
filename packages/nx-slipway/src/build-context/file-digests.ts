import { hash, createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../exec/tools';

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

/** A file younger than this may be written again within the resolution of its times: git's racy-index rule. */
const RACY_AGE_MS = 2_000;
/** What was not asked for since is forgotten. */
const KEPT_DAYS = 30;
const MAX_REMEMBERED = 200_000;
const DAY_MS = 86_400_000;
const CHUNK_BYTES = 1024 * 1024;
const HEADER = 'nx-slipway file digests 1';

interface RememberedDigest {
  /** Size, mtime and ctime, the latter in nanoseconds. */
  readonly stamp: string;
  readonly sha256: string;
  /** Days since the epoch when it was last asked for. */
  readonly usedOn: number;
}

/**
 * Opens the digests of a cache file (absolute path; it need not exist). A file that is damaged is as good as none.
 * Synchronous on purpose: reading 8,000 files of 16 KB takes 0.2 s this way and 0.6 s through the thread pool (Node 20, two cores).
 */
export function openFileDigests(cacheFile: string, clock: Pick<Clock, 'now'>): FileDigests {
  const remembered = readRemembered(cacheFile);
  let changed = false;
  return {
    digestOf(absolutePath, stats) {
      const identity = `${stats.dev}:${stats.ino}`;
      const stamp = stampOf(stats);
      const usedOn = Math.floor(clock.now() / DAY_MS);
      const known = remembered.get(identity);
      if (known?.stamp === stamp) {
        if (known.usedOn !== usedOn) {
          remembered.set(identity, { ...known, usedOn });
          changed = true;
        }
        return known.sha256;
      }
      const { sha256, statsAfter } = hashFile(absolutePath);
      if (stampOf(statsAfter) === stamp && isSettled(statsAfter, clock.now())) {
        remembered.set(identity, { stamp, sha256, usedOn });
        changed = true;
      }
      return sha256;
    },
    save() {
      if (changed) writeRemembered(cacheFile, remembered, Math.floor(clock.now() / DAY_MS));
      changed = false;
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

function stampOf(stats: BigIntStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

function isSettled(stats: BigIntStats, now: number): boolean {
  const youngest = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs;
  return now - Number(youngest / 1_000_000n) >= RACY_AGE_MS;
}

function readRemembered(cacheFile: string): Map<string, RememberedDigest> {
  const remembered = new Map<string, RememberedDigest>();
  const [header, ...lines] = readIfPossible(cacheFile).split('\n');
  if (header !== HEADER) return remembered;
  for (const line of lines) {
    const [, identity, stamp, sha256, usedOn] = /^(\d+:\d+) (\d+:-?\d+:-?\d+) ([0-9a-f]{64}) (\d+)$/.exec(line) ?? [];
    if (identity && stamp && sha256) remembered.set(identity, { stamp, sha256, usedOn: Number(usedOn) });
  }
  return remembered;
}

function readIfPossible(cacheFile: string): string {
  try {
    return readFileSync(cacheFile, 'utf8');
  } catch {
    return '';
  }
}

function writeRemembered(cacheFile: string, remembered: ReadonlyMap<string, RememberedDigest>, today: number): void {
  const kept = [...remembered]
    .filter(([, { usedOn }]) => today - usedOn <= KEPT_DAYS)
    .sort(([, a], [, b]) => b.usedOn - a.usedOn)
    .slice(0, MAX_REMEMBERED)
    .map(([identity, { stamp, sha256, usedOn }]) => `${identity} ${stamp} ${sha256} ${usedOn}`);
  const temporary = `${cacheFile}.${randomUUID()}`;
  try {
    mkdirSync(dirname(cacheFile), { recursive: true });
    writeFileSync(temporary, `${[HEADER, ...kept].join('\n')}\n`, { mode: 0o600 });
    renameSync(temporary, cacheFile);
  } catch {
    removeIfPossible(temporary);
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder cannot be used either.
  }
}
