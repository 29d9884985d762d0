import { readdirSync, readFileSync } from 'node:fs';

/** How /proc is read; a test gives recorded files. */
export interface ProcReader {
  /** The text of a file below /proc, by its path from there; `undefined` where it is not, or may not be read. */
  read(path: string): string | undefined;
  /** The ids of all processes. */
  listPids(): number[];
  /** The ids of a process's threads; empty where it is gone. */
  listThreads(pid: number): number[];
}

/**
 * What a process and all below it hold of memory: anonymous and shared pages that are resident. Pages that processes share count for each of them,
 * so this is rather too much than too little. `undefined` where the process is gone. Pure but for `proc`.
 */
export function readProcessTreeMiB(pid: number, proc: ProcReader = PROC): number | undefined {
  const own = readHeldMiB(pid, proc);
  if (own === undefined) return undefined;
  const below = listDescendants(pid, proc).map((descendant) => readHeldMiB(descendant, proc) ?? 0);
  return below.reduce((sum, amount) => sum + amount, own);
}

function listDescendants(pid: number, proc: ProcReader): number[] {
  // Only kernels with CONFIG_PROC_CHILDREN have the list; all processes are looked through elsewhere.
  const children = proc.read(`${pid}/task/${pid}/children`) === undefined ? childrenByParent(proc) : undefined;
  const childrenOf = (parent: number): readonly number[] => children?.get(parent) ?? readChildren(parent, proc);
  const found: number[] = [];
  for (const pending = [...childrenOf(pid)]; pending.length > 0;) {
    const next = pending.pop() as number;
    if (found.includes(next)) continue;
    found.push(next);
    pending.push(...childrenOf(next));
  }
  return found;
}

/** A child belongs to the thread that started it, and programs in Go start theirs from any. */
function readChildren(pid: number, proc: ProcReader): number[] {
  return proc.listThreads(pid).flatMap((thread) =>
    (proc.read(`${pid}/task/${thread}/children`) ?? '')
      .split(' ')
      .map(Number)
      .filter((child) => child > 0),
  );
}

function childrenByParent(proc: ProcReader): Map<number, number[]> {
  const byParent = new Map<number, number[]>();
  for (const pid of proc.listPids()) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(proc.read(`${pid}/status`) ?? '')?.[1]);
    if (Number.isNaN(parent)) continue;
    byParent.set(parent, [...(byParent.get(parent) ?? []), pid]);
  }
  return byParent;
}

/** proc_pid_status(5); a zombie has no such lines, and holds nothing. */
function readHeldMiB(pid: number, proc: ProcReader): number | undefined {
  const status = proc.read(`${pid}/status`);
  if (status === undefined) return undefined;
  const amounts = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].map(([, kB]) => Number(kB) / 1_024);
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

const PROC: ProcReader = {
  read(path) {
    try {
      return readFileSync(`/proc/${path}`, 'utf8');
    } catch {
      return undefined;
    }
  },
  listPids: () => listNumbers('/proc'),
  listThreads: (pid) => listNumbers(`/proc/${pid}/task`),
};

function listNumbers(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter((number) => number > 0);
  } catch {
    return [];
  }
}
