import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, type BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../exec/tools';

/** What was learned from the content of files, remembered from run to run as long as their stamps stay. */
export interface StampedMemory<Value> {
  /** What is remembered of a file whose device, inode, size, mtime and ctime are these. */
  get(stats: BigIntStats): Value | undefined;
  /**
   * Remembers what was read between two looks at the file, unless the file changed meanwhile, or is so young that it may be written
   * again within the resolution of its times (git's racy-index rule).
   */
  remember(before: BigIntStats, after: BigIntStats, value: Value): void;
  /**
   * Writes what is remembered, in one step: other processes see the old file or the new one; the last writer wins.
   * A folder that cannot be written is no failure: the next run reads the files again.
   */
  save(): void;
}

/** Where a memory is kept, and how its values are written. */
export interface StampedMemoryRequest<Value> {
  /** Absolute path; it need not exist. A file that is damaged is as good as none. */
  readonly cacheFile: string;
  /** First line of the cache file; a file that begins with another is as good as none. */
  readonly header: string;
  readonly clock: Pick<Clock, 'now'>;
  /** One line. */
  encode(value: Value): string;
  /** `undefined` for a text that `encode` did not write. */
  decode(text: string): Value | undefined;
}

/** A file younger than this may be written again within the resolution of its times: git's racy-index rule. */
const RACY_AGE_MS = 2_000;
/** What was not asked for since is forgotten. */
const KEPT_DAYS = 30;
const MAX_REMEMBERED = 200_000;
const DAY_MS = 86_400_000;

interface Remembered {
  /** Size, mtime and ctime, the latter in nanoseconds. */
  readonly stamp: string;
  readonly text: string;
  /** Days since the epoch when it was last asked for. */
  readonly usedOn: number;
}

/** Opens the memory of a cache file. Synchronous: one small file is read. */
export function openStampedMemory<Value>(request: StampedMemoryRequest<Value>): StampedMemory<Value> {
  const remembered = readRemembered(request);
  const today = () => Math.floor(request.clock.now() / DAY_MS);
  let changed = false;
  return {
    get(stats) {
      const identity = identityOf(stats);
      const known = remembered.get(identity);
      if (known?.stamp !== stampOf(stats)) return undefined;
      const usedOn = today();
      if (known.usedOn !== usedOn) {
        remembered.set(identity, { ...known, usedOn });
        changed = true;
      }
      return request.decode(known.text);
    },
    remember(before, after, value) {
      const stamp = stampOf(before);
      if (stampOf(after) !== stamp || !isSettled(after, request.clock.now())) return;
      remembered.set(identityOf(before), { stamp, text: request.encode(value), usedOn: today() });
      changed = true;
    },
    save() {
      if (changed) writeRemembered(request, remembered, today());
      changed = false;
    },
  };
}

function identityOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

function stampOf(stats: BigIntStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

function isSettled(stats: BigIntStats, now: number): boolean {
  const youngest = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs;
  return now - Number(youngest / 1_000_000n) >= RACY_AGE_MS;
}

function readRemembered<Value>(request: StampedMemoryRequest<Value>): Map<string, Remembered> {
  const remembered = new Map<string, Remembered>();
  const [header, ...lines] = readIfPossible(request.cacheFile).split('\n');
  if (header !== request.header) return remembered;
  for (const line of lines) {
    const [, identity, stamp, text, usedOn] = /^(\d+:\d+) (\d+:-?\d+:-?\d+) (.+) (\d+)$/.exec(line) ?? [];
    if (identity && stamp && text) remembered.set(identity, { stamp, text, usedOn: Number(usedOn) });
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

function writeRemembered<Value>(
  { cacheFile, header }: StampedMemoryRequest<Value>,
  remembered: ReadonlyMap<string, Remembered>,
  today: number,
): void {
  const kept = [...remembered]
    .filter(([, { usedOn }]) => today - usedOn <= KEPT_DAYS)
    .sort(([, a], [, b]) => b.usedOn - a.usedOn)
    .slice(0, MAX_REMEMBERED)
    .map(([identity, { stamp, text, usedOn }]) => `${identity} ${stamp} ${text} ${usedOn}`);
  const temporary = `${cacheFile}.${randomUUID()}`;
  try {
    mkdirSync(dirname(cacheFile), { recursive: true });
    writeFileSync(temporary, `${[header, ...kept].join('\n')}\n`, { mode: 0o600 });
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
