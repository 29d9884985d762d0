import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A process of this machine, as Linux shows it in /proc. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Arguments, joined by spaces; empty for one that has ended and is not reaped. */
  readonly commandLine: string;
  /** Absolute path; empty where it cannot be read. */
  readonly workingFolder: string;
}

/** The processes whose command line holds this text. */
export function findProcesses(text: string): ListedProcess[] {
  return listProcesses().filter(({ commandLine }) => commandLine.includes(text));
}

/** The processes that work in this folder or below it, but for conmon: it stays for as long as its container runs. */
export function findProcessesIn(folder: string): ListedProcess[] {
  return listProcesses().filter(
    ({ workingFolder, commandLine }) =>
      `${workingFolder}${sep}`.startsWith(`${folder}${sep}`) && !/^\S*conmon /.test(commandLine),
  );
}

/** The processes that descend from one. */
export function listDescendants(pid: number): ListedProcess[] {
  const all = listProcesses();
  const below = (parent: number): ListedProcess[] =>
    all.filter((child) => child.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** Sends SIGKILL to a process and to all that descend from it, parents first so that none of them reacts. */
export function killWithDescendants(pid: number): void {
  const all = listProcesses();
  const family = (parent: number): number[] => [
    parent,
    ...all.filter((child) => child.parent === parent).flatMap((child) => family(child.pid)),
  ];
  for (const member of family(pid)) kill(member);
}

/** Sends SIGKILL; a process that has ended is none to kill. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function listProcesses(): ListedProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => describeProcess(Number(entry)));
}

/** Nothing for a process that ended while it was looked at, and for one that has ended and waits for its parent. */
function describeProcess(pid: number): ListedProcess[] {
  const folder = join('/proc', String(pid));
  try {
    const commandLine = readFileSync(join(folder, 'cmdline'), 'utf8').replaceAll('\0', ' ').trim();
    // proc(5): pid (name) state ppid; the name may hold spaces and parentheses.
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(join(folder, 'stat'), 'utf8')) ?? [];
    return [{ pid, parent: Number(parent), commandLine, workingFolder: readlinkSync(join(folder, 'cwd')) }];
  } catch {
    return [];
  }
}
