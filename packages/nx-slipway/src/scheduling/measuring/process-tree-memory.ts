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
  const root = readProcess(pid, proc);
  if (root === undefined) return undefined;
  // Only kernels with CONFIG_PROC_CHILDREN have the list; all processes are looked through elsewhere.
  const byParent = proc.read(`${pid}/task/${pid}/children`) === undefined ? childrenByParent(proc) : undefined;
  const found = new Set([pid]);
  let heldMiB = 0;
  for (const pending = [{ pid, state: root }]; pending.length > 0;) {
    const { pid: parent, state } = pending.pop() as { pid: number; state: ProcessState };
    heldMiB += state.heldMiB;
    for (const child of byParent?.get(parent) ?? readChildren(parent, state, proc)) {
      const next = found.has(child) ? undefined : readProcess(child, proc);
      found.add(child);
      if (next) pending.push({ pid: child, state: next });
    }
  }
  return heldMiB;
}

/** What is known of a process. */
interface ProcessState {
  readonly heldMiB: number;
  readonly threads: number;
}

/** proc_pid_status(5); a zombie has no lines of memory, and holds nothing. */
function readProcess(pid: number, proc: ProcReader): ProcessState | undefined {
  const status = proc.read(`${pid}/status`);
  if (status === undefined) return undefined;
  const held = numberAfter('\nRssAnon:', status) + numberAfter('\nRssShmem:', status);
  return { heldMiB: held / 1_024, threads: numberAfter('\nThreads:', status) };
}

/** 0 where there is no such line. */
function numberAfter(name: string, status: string): number {
  const at = status.indexOf(name);
  return at === -1 ? 0 : Number.parseInt(status.slice(at + name.length), 10);
}

/** A child belongs to the thread that started it, and programs in Go start theirs from any. Most processes have one thread, whose number is known. */
function readChildren(pid: number, { threads }: ProcessState, proc: ProcReader): number[] {
  const tasks = threads === 1 ? [pid] : proc.listThreads(pid);
  return tasks.flatMap((thread) =>
    (proc.read(`${pid}/task/${thread}/children`) ?? '')
      .split(' ')
      .map(Number)
      .filter((child) => child > 0),
  );
}

function childrenByParent(proc: ProcReader): Map<number, number[]> {
  const byParent = new Map<number, number[]>();
  for (const pid of proc.listPids()) {
    const parent = numberAfter('\nPPid:', proc.read(`${pid}/status`) ?? '');
    byParent.set(parent, [...(byParent.get(parent) ?? []), pid]);
  }
  return byParent;
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
