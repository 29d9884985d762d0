import { readFileSync } from 'node:fs';
import { parseProcessStat, type ProcessStat } from '../../exec/parse-process-stat';
import type { ProcessIdentity } from './ledger';

/** Identifies a process of this machine that is running. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startTicks: readStatus(pid)?.startTicks ?? null, bootId: readBootId() };
}

/**
 * What a process of the ledger does: `gone` also where its number belongs to another process by now, or the machine was started anew; `stopped`
 * where it does nothing for the moment (Ctrl-Z). Without /proc only whether there is a process of this number.
 * @param currentBootId what `readBootId` gives; with 64 that wait, reading it for each is half of a look
 */
export function observeHolder(
  { pid, startTicks, bootId }: ProcessIdentity,
  currentBootId: string | null,
): 'alive' | 'stopped' | 'gone' {
  if (bootId !== currentBootId) return 'gone';
  if (startTicks === null) return isThere(pid) ? 'alive' : 'gone';
  const status = readStatus(pid);
  if (status === undefined || status.startTicks !== startTicks || /^[ZX]/i.test(status.state)) return 'gone';
  return /^t/i.test(status.state) ? 'stopped' : 'alive';
}

function readStatus(pid: number): ProcessStat | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === null ? undefined : parseProcessStat(stat);
}

/** Changes with each start of the machine; `null` where it does not tell. */
export function readBootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process is gone, or this is not Linux.
    return null;
  }
}

/** Whether there is a process of this number, whosever it is. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
