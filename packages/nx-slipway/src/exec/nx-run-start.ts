import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseProcessStat } from './parse-process-stat';

/** A process as Linux describes it. */
export interface ObservedProcess {
  readonly parent: number;
  /** When it started, in clock ticks since the machine did. */
  readonly startTicks: number;
  readonly command: readonly string[];
}

/** Where to look for the run of Nx that this process belongs to. */
export interface NxRunQuestion {
  readonly pid: number;
  /** When the process `pid` started, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** `undefined` for a process that is gone, or where the machine does not tell. */
  readonly observe: (pid: number) => ObservedProcess | undefined;
}

/** Of /proc on every architecture of Linux (USER_HZ, proc_pid_stat(5)). */
const MILLISECONDS_PER_TICK = 10;

/**
 * When the run of Nx began that started this process, in milliseconds since the epoch; `undefined` where that cannot be known. Nx 23.2 gives
 * each task a process of its own (`run-executor.js`) below that of its command line (`node …/nx run …`), which hashes the inputs after it
 * started. The nearest such process counts: a task may run Nx itself. Told from the difference to our own start, so that
 * neither the machine's boot time nor a container's view of it has a say. Pure.
 */
export function findNxRunStart({ pid, startedAtMs, observe }: NxRunQuestion): number | undefined {
  const own = observe(pid);
  const seen = new Set<number>();
  for (let at = own?.parent ?? 0; own && at > 1 && !seen.has(at);) {
    seen.add(at);
    const ancestor = observe(at);
    if (!ancestor) return undefined;
    if (isNxCommandLine(ancestor.command)) {
      return startedAtMs - (own.startTicks - ancestor.startTicks) * MILLISECONDS_PER_TICK;
    }
    at = ancestor.parent;
  }
  return undefined;
}

/** When this process's run of Nx began, as `findNxRunStart` tells it. */
export function readNxRunStart(): number | undefined {
  return findNxRunStart({ pid: process.pid, startedAtMs: performance.timeOrigin, observe: observeProcess });
}

/** A shell that runs `nx` has it as a word of its own too, hence the second word of node's only. */
function isNxCommandLine([program = '', script = '']: readonly string[]): boolean {
  return /^node(?:js)?$/.test(basename(program)) && /^nx(?:\.js)?$/.test(basename(script));
}

function observeProcess(pid: number): ObservedProcess | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return parseProcess(readFileSync(`/proc/${pid}/stat`, 'utf8'), command);
  } catch {
    // It is gone, or this is not Linux.
    return undefined;
  }
}

/** A process by its `/proc/<pid>/stat` and its command line. Pure. */
export function parseProcess(stat: string, command: readonly string[]): ObservedProcess | undefined {
  const parsed = parseProcessStat(stat);
  return parsed && { parent: parsed.parent, startTicks: parsed.startTicks, command };
}
