import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasProcesses, parseOwnCgroup, readCgroupLimits, readCgroupUsage } from './cgroup-memory';

const MIB = 1_048_576;
const NO_LIMIT = '9223372036854771712\n';

/** As Linux 6.18 writes it (cut): the first numbers are the cgroup's own, those with `total_` count what is below too. */
const STAT_1 = `cache 0\nrss 0\nshmem 0\ntotal_cache ${130 * MIB}\ntotal_rss ${70 * MIB}\ntotal_shmem ${5 * MIB}\ntotal_inactive_file ${33 * MIB}\ntotal_active_file ${97 * MIB}\n`;
/** After Documentation/admin-guide/cgroup-v2.rst: all numbers count what is below too. */
const STAT_2 = `anon ${70 * MIB}\nfile ${130 * MIB}\nkernel ${3 * MIB}\nshmem ${5 * MIB}\ninactive_file ${28 * MIB}\nactive_file ${97 * MIB}\n`;

describe('cgroups for memory', () => {
  const trees: string[] = [];
  const make = (files: Record<string, string>): string => {
    const root = mkdtempSync(join(tmpdir(), 'slipway-cgroups-'));
    trees.push(root);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  };
  afterAll(() => {
    for (const tree of trees) rmSync(tree, { recursive: true, force: true });
  });

  const version1 = (): string =>
    make({
      'memory/memory.limit_in_bytes': NO_LIMIT,
      'memory/memory.usage_in_bytes': `${999 * MIB}\n`,
      'memory/memory.stat': STAT_1,
      'memory/builds/memory.limit_in_bytes': `${512 * MIB}\n`,
      'memory/builds/memory.usage_in_bytes': `${210 * MIB}\n`,
      'memory/builds/memory.max_usage_in_bytes': `${400 * MIB}\n`,
      'memory/builds/memory.stat': STAT_1,
      'memory/builds/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
      'memory/builds/cgroup.procs': '',
      'memory/builds/steps/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
      'memory/builds/steps/cgroup.procs': '42\n',
    });
  const version2 = (): string =>
    make({
      'cgroup.controllers': 'cpu memory\n',
      'builds/memory.max': `${512 * MIB}\n`,
      'builds/memory.high': 'max\n',
      'builds/memory.current': `${210 * MIB}\n`,
      'builds/memory.peak': `${400 * MIB}\n`,
      'builds/memory.stat': STAT_2,
      'builds/memory.events': 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\noom_group_kill 0\n',
      'builds/cgroup.procs': '',
      'builds/steps/cgroup.procs': '42\n',
    });

  it.each([
    ['v1', () => join(version1(), 'memory/builds')],
    ['v2', () => join(version2(), 'builds')],
  ])('%s tells anonymous and shared memory, the peak and the kills', (_, open) => {
    expect(readCgroupUsage(open())).toEqual({ heldMiB: 75, peakMiB: 400, oomKills: 3 });
  });

  it.each([
    ['v1', version1, 'memory/builds', 80],
    ['v2', version2, 'builds', 85],
  ])('%s tells the limits that hold, and what cannot be dropped below them', (_, open, path, heldMiB) => {
    const root = open();
    expect(readCgroupLimits(join(root, path, 'not-there-yet'), root)).toEqual([{ limitMiB: 512, heldMiB }]);
  });

  it('gives no numbers of a cgroup that is gone, and no peak where the kernel keeps none', () => {
    expect(readCgroupUsage('/not/there')).toBeUndefined();
    const folder = join(make({ 'builds/memory.stat': STAT_2 }), 'builds');
    expect(readCgroupUsage(folder)).toEqual({ heldMiB: 75, peakMiB: undefined, oomKills: 0 });
  });

  it('finds processes below a cgroup, too', () => {
    const root = version1();
    expect(hasProcesses(join(root, 'memory/builds'))).toBe(true);
    mkdirSync(join(root, 'memory/empty'));
    expect([hasProcesses(join(root, 'memory/empty')), hasProcesses('/not/there')]).toEqual([false, false]);
  });

  it('finds the own cgroup of a process', () => {
    const root = version1();
    expect(parseOwnCgroup('5:devices:/\n4:memory,misc:/jobs/7\n0::/\n', root)).toBe(`${root}/memory/jobs/7`);
    const unified = version2();
    expect(parseOwnCgroup('0::/user.slice/a:b.scope\n', unified)).toBe(`${unified}/user.slice/a:b.scope`);
    expect(parseOwnCgroup('', unified)).toBe(unified);
  });
});
