import { readProcessTreeMiB, type ProcReader } from './process-tree-memory';

/** Processes as /proc shows them: 10 started 20 from another thread, 20 started 30, which started 40; 30 and 40 have one thread. 99 belongs to somebody else. */
const PARENTS: Readonly<Record<number, number>> = { 10: 1, 20: 10, 30: 20, 40: 30, 99: 1 };
const threadsOf = (pid: number): number[] => (pid < 30 ? [pid, pid + 1] : [pid]);

function statusOf(pid: number): string {
  return `Name:\ta\nPPid:\t${PARENTS[pid]}\nVmRSS:\t  999999 kB\nRssAnon:\t  ${pid * 1_024} kB\nRssFile:\t  5000 kB\nRssShmem:\t  1024 kB\nThreads:\t${threadsOf(pid).length}\n`;
}

function reader(hasChildren: boolean): ProcReader {
  const pids = Object.keys(PARENTS).map(Number);
  return {
    listPids: () => pids,
    listThreads: threadsOf,
    read(path) {
      const [pid, file] = [Number(path.split('/')[0]), path.replace(/^\d+\//, '')];
      if (!pids.includes(pid)) return undefined;
      if (file === 'status') return statusOf(pid);
      if (!hasChildren) return undefined;
      const isLastThread = file === `task/${threadsOf(pid).at(-1)}/children`;
      return isLastThread ? pids.filter((child) => PARENTS[child] === pid).join(' ') : '';
    },
  };
}

describe('readProcessTreeMiB', () => {
  it.each([
    ['lists of children', true],
    ['nothing but the parents', false],
  ])('adds up what all processes below one hold, where the kernel has %s', (_, hasChildren) => {
    expect(readProcessTreeMiB(10, reader(hasChildren))).toBe(10 + 20 + 30 + 40 + 4);
  });

  it('gives no number of a process that is gone', () => {
    expect(readProcessTreeMiB(11, reader(true))).toBeUndefined();
  });
});
