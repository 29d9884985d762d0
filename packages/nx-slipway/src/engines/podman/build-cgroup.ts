import { accessSync, constants, existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';
const PARENT = 'nx-slipway';

/** The cgroup of a build's RUN steps, as `--cgroup-parent` takes it. */
export function cgroupOfBuild(buildId: string): string {
  return `/${PARENT}/${buildId}`;
}

/**
 * Whether this process may make cgroups: root on Linux, with every hierarchy writable (in a container they are often mounted
 * read-only). Where it may not, builds run without a cgroup of their own.
 */
export function canMakeCgroups(): boolean {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return false;
  const hierarchies = listHierarchies();
  return hierarchies.length > 0 && hierarchies.every(isWritable);
}

/** The processes in a build's cgroup, over all hierarchies. Empty where there is no such cgroup. */
export function listCgroupProcesses(buildId: string): number[] {
  const pids = listBuildCgroups(buildId).flatMap((folder) => readPids(join(folder, 'cgroup.procs')));
  return [...new Set(pids)];
}

/** Removes a build's cgroups, which must have no processes. Returns the folders that were removed. */
export function removeBuildCgroups(buildId: string): string[] {
  return listBuildCgroups(buildId).filter(removeFolder);
}

/** cgroup v2 has one hierarchy, whose root is the mount; v1 (and hybrid) has a folder for each (cgroups(7)). */
function listHierarchies(): string[] {
  if (existsSync(join(CGROUP_ROOT, 'cgroup.controllers'))) return [CGROUP_ROOT];
  return listFolders(CGROUP_ROOT);
}

/** A build's cgroups, each after those below it. */
function listBuildCgroups(buildId: string): string[] {
  return listHierarchies()
    .map((hierarchy) => join(hierarchy, PARENT, buildId))
    .filter((folder) => existsSync(folder))
    .flatMap(withFoldersBelow);
}

function withFoldersBelow(folder: string): string[] {
  return [...listFolders(folder).flatMap(withFoldersBelow), folder];
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch (error) {
    return whereGone(error, []);
  }
}

function readPids(path: string): number[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch (error) {
    return whereGone(error, []);
  }
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return whereGone(error, false);
  }
}

/** The runtime may remove a cgroup while it is looked at; ENODEV is what reading a removed one gives, EBUSY a process that is still ending. */
function whereGone<Value>(error: unknown, value: Value): Value {
  if (['ENOENT', 'ENODEV', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return value;
  throw error;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
