import { readFileSync } from 'node:fs';

/** How many processes the kernel has killed for want of memory since a moment. */
export interface OomKillCounter {
  /** `undefined` where the machine does not tell. */
  countSince(): number | undefined;
}

/**
 * Counts from now on. Linux counts every such kill of the machine, also one within a cgroup's limit and on cgroup v1 (`oom_kill` of
 * proc_vmstat(5), since 4.13), and a container sees the count of its host. Elsewhere, where the engine runs in a virtual machine,
 * nothing is known.
 */
export function openOomKillCounter(read: () => string | undefined = readVmstat): OomKillCounter {
  const before = parseOomKills(read() ?? '');
  return {
    countSince: () => {
      const now = parseOomKills(read() ?? '');
      return before === undefined || now === undefined ? undefined : now - before;
    },
  };
}

function parseOomKills(vmstat: string): number | undefined {
  const [, count] = /^oom_kill (\d+)$/m.exec(vmstat) ?? [];
  return count === undefined ? undefined : Number(count);
}

function readVmstat(): string | undefined {
  try {
    return readFileSync('/proc/vmstat', 'utf8');
  } catch {
    return undefined;
  }
}
