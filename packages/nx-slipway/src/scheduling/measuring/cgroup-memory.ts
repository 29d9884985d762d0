import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** What a cgroup and all below it use of memory. */
export interface CgroupUsage {
  /** Anonymous and shared memory: what cannot be dropped. */
  readonly heldMiB: number;
  /** The kernel's own record of the most that was used at once, page cache included: the held memory was never more. `undefined` where it keeps none. */
  readonly peakMiB: number | undefined;
  /** Processes in it that were killed since memory ran out. Version 1 counts them only while the very cgroup of the process is there. */
  readonly oomKills: number;
}

/** A limit that a cgroup has, and what is used below it. */
export interface CgroupLimit {
  readonly limitMiB: number;
  /** What cannot be dropped: all but the page cache of files. */
  readonly heldMiB: number;
}

/** The folder that holds the cgroups of memory: cgroup v2 has one hierarchy; v1 (and hybrid) one for memory (cgroups(7)). */
export function memoryHierarchy(root = CGROUP_ROOT): string {
  return isVersion2(root) ? root : join(root, 'memory');
}

/**
 * What is used in a cgroup (absolute folder) and below; `undefined` where there is none, or one without control of memory.
 * Files of cgroup v2: Documentation/admin-guide/cgroup-v2.rst; of v1: cgroup-v1/memory.rst (Linux 6.12).
 */
export function readCgroupUsage(folder: string): CgroupUsage | undefined {
  const stat = readNumbers(join(folder, 'memory.stat'));
  if (stat === undefined) return undefined;
  const isOne = stat.has('total_rss');
  const peak = readAmount(join(folder, isOne ? 'memory.max_usage_in_bytes' : 'memory.peak'));
  return {
    heldMiB: toMiB(isOne ? sumOf(stat, 'total_rss', 'total_shmem') : sumOf(stat, 'anon', 'shmem')),
    peakMiB: peak === undefined ? undefined : toMiB(peak),
    oomKills: isOne ? countKillsBelow(folder) : (readNumbers(join(folder, 'memory.events'))?.get('oom_kill') ?? 0),
  };
}

/**
 * The limits that hold for what runs in a cgroup: its own and those of all above it, up to the root of the hierarchy, which in a container may have one
 * too. Without those that are no limit.
 */
export function readCgroupLimits(folder: string, root = CGROUP_ROOT): CgroupLimit[] {
  const hierarchy = memoryHierarchy(root);
  const below = folder.startsWith(`${hierarchy}/`) ? folder.slice(hierarchy.length + 1).split('/') : [];
  return [hierarchy, ...below.map((_, depth) => join(hierarchy, ...below.slice(0, depth + 1)))]
    .map(readLimit)
    .filter((limit) => limit !== undefined);
}

/** The folder of this process's own cgroup for memory, from the text of `/proc/self/cgroup`; the root's where it is not told. Pure. */
export function parseOwnCgroup(text: string, root = CGROUP_ROOT): string {
  const lines = text.split('\n').map((line) => line.split(':'));
  const [, , ...path] =
    lines.find(([, controllers]) => controllers?.split(',').includes('memory')) ??
    lines.find(([number, controllers]) => number === '0' && controllers === '') ??
    [];
  return join(memoryHierarchy(root), path.join(':'));
}

/** Whether there are processes in a cgroup or below it. */
export function hasProcesses(folder: string): boolean {
  const own = readText(join(folder, 'cgroup.procs'));
  if (own !== undefined && own.trim() !== '') return true;
  return listFoldersIn(folder).some(hasProcesses);
}

function readLimit(folder: string): CgroupLimit | undefined {
  const limits = ['memory.max', 'memory.high', 'memory.limit_in_bytes']
    .map((name) => readAmount(join(folder, name)))
    .filter((limit) => limit !== undefined);
  const stat = readNumbers(join(folder, 'memory.stat'));
  const usage = readAmount(join(folder, 'memory.current')) ?? readAmount(join(folder, 'memory.usage_in_bytes'));
  if (limits.length === 0 || stat === undefined || usage === undefined) return undefined;
  const droppable = stat.has('total_rss')
    ? sumOf(stat, 'total_inactive_file', 'total_active_file')
    : sumOf(stat, 'inactive_file', 'active_file');
  return { limitMiB: toMiB(Math.min(...limits)), heldMiB: toMiB(Math.max(0, usage - droppable)) };
}

function countKillsBelow(folder: string): number {
  const own = readNumbers(join(folder, 'memory.oom_control'))?.get('oom_kill') ?? 0;
  return listFoldersIn(folder).reduce((sum, child) => sum + countKillsBelow(child), own);
}

function listFoldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    // The runtime may remove a cgroup while it is looked at.
    return [];
  }
}

function isVersion2(root: string): boolean {
  return existsSync(join(root, 'cgroup.controllers'));
}

function sumOf(stat: ReadonlyMap<string, number>, ...names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (stat.get(name) ?? 0), 0);
}

/** A file of lines `name number`. */
function readNumbers(path: string): Map<string, number> | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const pairs = text.split('\n').map((line) => line.split(' '));
  return new Map(pairs.map(([name = '', value]) => [name, Number(value)]));
}

/** A file of one number of bytes; `undefined` for `max`, and for what version 1 says in its place: all that 63 bits hold, in pages. */
function readAmount(path: string): number | undefined {
  const text = readText(path)?.trim();
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const bytes = Number(text);
  return bytes >= 2 ** 62 ? undefined : bytes;
}

/** `undefined` where there is no such file any more (ENODEV is what reading one of a removed cgroup gives) or it may not be read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function toMiB(bytes: number): number {
  return bytes / 1_048_576;
}
