import { hash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, type BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Where what is remembered of the files below a folder is kept in a machine store; both absolute paths. `kind` names what it is. */
export function stampedMemoryFile(machineStore: string, kind: string, folder: string): string {
  return join(machineStore, kind, hash('sha256', folder, 'hex').slice(0, 24));
}

/**
 * By a file's device and inode its size, mtime and ctime (these in nanoseconds), the value, and the day (since the epoch) when it was last
 * asked for, with blanks between them. Taken apart only where it is asked for: a cache file has thousands of lines.
 */
type Remembered = Map<string, string>;

/** Opens the memory of a cache file. Synchronous: one small file is read. */
export function openStampedMemory<Value>(request: StampedMemoryRequest<Value>): StampedMemory<Value> {
  const remembered = readRemembered(request);
  const today = () => Math.floor(request.clock.now() / DAY_MS);
  let changed = false;
  return {
    get(stats) {
      const identity = identityOf(stats);
      const known = remembered.get(identity);
      const stamp = stampOf(stats);
      if (!known?.startsWith(`${stamp} `)) return undefined;
      const text = known.slice(stamp.length + 1, known.lastIndexOf(' '));
      const usedOn = today();
      if (dayOf(known) !== usedOn) {
        remembered.set(identity, `${stamp} ${text} ${usedOn}`);
        changed = true;
      }
      return request.decode(text);
    },
    remember(before, after, value) {
      const stamp = stampOf(before);
      if (stampOf(after) !== stamp || !isSettled(after, request.clock.now())) return;
      remembered.set(identityOf(before), `${stamp} ${request.encode(value)} ${today()}`);
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

/** `NaN` for a line that is damaged. */
function dayOf(remembered: string): number {
  return Number(remembered.slice(remembered.lastIndexOf(' ') + 1));
}

function readRemembered<Value>(request: StampedMemoryRequest<Value>): Remembered {
  const remembered: Remembered = new Map();
  const [header, ...lines] = readIfPossible(request.cacheFile).split('\n');
  if (header !== request.header) return remembered;
  for (const line of lines) {
    const blank = line.indexOf(' ');
    if (blank > 0) remembered.set(line.slice(0, blank), line.slice(blank + 1));
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
  remembered: Remembered,
  today: number,
): void {
  const kept = [...remembered]
    .map(([identity, text]) => ({ line: `${identity} ${text}`, usedOn: dayOf(text) }))
    .filter(({ usedOn }) => today - usedOn <= KEPT_DAYS)
    .sort((a, b) => b.usedOn - a.usedOn)
    .slice(0, MAX_REMEMBERED)
    .map(({ line }) => line);
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
