import { readFileSync } from 'node:fs';

/** A process that holds a lock on a file for which another one waits. */
export interface LockHolder {
  readonly pid: number;
  /** Its command line; empty where that cannot be read. */
  readonly command: string;
}

/** Who holds the lock on a file for which one of these processes waits; `undefined` where none waits, and off Linux. */
export function findLockHolder(waitingPids: readonly number[]): LockHolder | undefined {
  const pid = parseLockHolder(readText('/proc/locks'), waitingPids);
  if (pid === undefined) return undefined;
  return { pid, command: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() };
}

/**
 * From /proc/locks (proc_locks(5)): a line of one that waits has the number of the lock that it waits for, and an arrow. A lock of an open
 * file description has no owner (-1). Pure.
 */
export function parseLockHolder(locks: string, waitingPids: readonly number[]): number | undefined {
  const lines = locks.split('\n').map((line) => line.trim().split(/\s+/));
  const waited = lines.find(([, arrow, , , , pid]) => arrow === '->' && waitingPids.includes(Number(pid)));
  const holder = lines.find(([number, kind]) => waited !== undefined && number === waited[0] && kind !== '->');
  const pid = Number(holder?.[4]);
  return pid > 0 ? pid : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
