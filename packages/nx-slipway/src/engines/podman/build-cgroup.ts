import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { memoryHierarchy } from '../../scheduling/measuring/cgroup-memory';

const CGROUP_ROOT = '/sys/fs/cgroup';
const PARENT = 'nx-slipway';
/**
 * What is within a build's cgroup: one for RUN steps, which the runtime makes and removes with each, and one for podman itself. The build's own keeps the
 * kernel's account of both. Under cgroup v2 only a cgroup without others below it may have processes.
 */
const STEPS = 'steps';
const ENGINE = 'engine';

/** The cgroup of a build's RUN steps, as `--cgroup-parent` takes it. */
export function cgroupOfBuild(buildId: string): string {
  return `/${PARENT}/${buildId}/${STEPS}`;
}

/** Absolute folder of the cgroup that all builds are below, for memory. A limit that it has, or one above it, holds for builds. */
export function memoryCgroupOfBuilds(): string {
  return join(memoryHierarchy(), PARENT);
}

/** Absolute folder of the cgroup for memory that a build's RUN steps and podman itself are in. */
export function memoryCgroupOfBuild(buildId: string): string {
  return join(memoryCgroupOfBuilds(), buildId);
}

/**
 * Moves podman, and so all that it starts from now on, into its build's cgroup for memory: what it needs itself, to commit layers, then counts too.
 * It stays where it is when it has ended already or the kernel refuses.
 */
export function moveIntoBuildCgroup(buildId: string, pid: number): void {
  const folder = join(memoryCgroupOfBuild(buildId), ENGINE);
  try {
    mkdirSync(folder, { recursive: true });
    for (const parent of [memoryHierarchy(), memoryCgroupOfBuilds(), memoryCgroupOfBuild(buildId)])
      enableMemory(parent);
    writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  } catch (error) {
    if (
      !['ESRCH', 'EINVAL', 'EBUSY', 'EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(
        (error as NodeJS.ErrnoException).code ?? '',
      )
    )
      throw error;
  }
}

/** Under cgroup v2 a cgroup has files of a controller only where the one above passes it on; v1 knows no such file. */
function enableMemory(folder: string): void {
  const file = join(folder, 'cgroup.subtree_control');
  if (!existsSync(file) || readFileSync(file, 'utf8').split(/\s/).includes('memory')) return;
  writeFileSync(file, '+memory');
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

/** The processes of a build's RUN steps: those in its cgroup but for podman itself. */
export function listStepProcesses(buildId: string): number[] {
  const pids = listBuildCgroups(buildId)
    .filter((folder) => folder !== join(memoryCgroupOfBuild(buildId), ENGINE))
    .flatMap((folder) => readPids(join(folder, 'cgroup.procs')));
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
