import { readdir, readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Tools } from '../../exec/tools';
import { keepUnfinishedLayers } from '../unfinished-layers';
import { removeBuildCgroups } from './build-cgroup';
import { removeBuildFolder, type BuildFolder } from './build-folder';
import { killBuildProcesses } from './build-processes';
import { describePodmanFailure } from './podman-problems';
import { listWorkingContainers } from './working-containers';

/** Runtimes that podman uses, with the state of what they started. */
const RUNTIMES = ['crun', 'runc'];

const runtimeEntries = z.array(z.object({ id: z.string(), bundle: z.string() })).nullable();

/**
 * Removes what is left of a build that was stopped or killed, in the order in which each thing lets go of the next:
 * processes, entries of the runtime, mounts, working containers, cgroups, and last the folder, so that a removal that is
 * itself killed is taken up again. Only what bears the build's own mark is touched; finished layers stay.
 * Returns what was removed, one line each.
 * @throws {SlipwayError} where podman cannot remove its part; the folder then stays for the next attempt
 */
export async function removeBuildRemains(
  folder: BuildFolder,
  { machineStore, tools }: { readonly machineStore: string; readonly tools: Tools },
): Promise<string[]> {
  const removed = await removeRunRemains(folder, tools);
  removed.push(...removeBuildCgroups(folder.id).map((path) => `cgroup ${path}`));
  await keepUnfinishedLayers(machineStore, folder.id, folder.layersFile);
  await removeBuildFolder(folder);
  removed.push(`folder ${folder.path}`);
  return removed;
}

/**
 * Removes what a podman that failed has left of itself and its RUN step, so that the same build can be started again; what was staged for it stays.
 * Returns what was removed, one line each.
 * @throws {SlipwayError} where podman cannot remove its part
 */
export async function removeRunRemains(folder: BuildFolder, tools: Tools): Promise<string[]> {
  const removed: string[] = [];
  const killed = await killBuildProcesses(folder, tools.clock);
  if (killed > 0) removed.push(`${killed} processes of build ${folder.id}`);
  removed.push(...(await removeRuntimeEntries(folder, tools)));
  removed.push(...(await unmountBelow(folder.path, tools)));
  removed.push(...(await removeWorkingContainers(folder, tools)));
  return removed;
}

/** A RUN step's runtime entry has its bundle in the build's TMPDIR; without a bundle there is no entry to ask for. */
async function removeRuntimeEntries(folder: BuildFolder, tools: Tools): Promise<string[]> {
  const bundles = await readdir(folder.temporaryFolder).catch(() => []);
  if (!bundles.some((name) => name.startsWith('buildah'))) return [];
  const removed: string[] = [];
  for (const runtime of RUNTIMES) {
    const listed = await tools.runner.run(runtime, ['list', '--format', 'json'], { env: tools.env });
    if (listed.status !== 'ok') continue; // Not installed, or it has never run anything.
    const entries = runtimeEntries.parse(JSON.parse(listed.stdout || 'null')) ?? [];
    for (const { id } of entries.filter(({ bundle }) => bundle.startsWith(`${folder.temporaryFolder}/`))) {
      const deleted = await tools.runner.run(runtime, ['delete', '--force', id], { env: tools.env });
      if (deleted.status === 'ok') removed.push(`${runtime} entry ${id}`);
    }
  }
  return removed;
}

async function unmountBelow(path: string, tools: Tools): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const mountPoints = parseMountPoints(await readFile('/proc/self/mountinfo', 'utf8'));
  const ours = mountPoints.filter((mountPoint) => mountPoint.startsWith(`${path}/`)).reverse();
  if (ours.length === 0) return [];
  await tools.runner.run('umount', ['--lazy', ...ours], { env: tools.env });
  return ours.map((mountPoint) => `mount ${mountPoint}`);
}

/** The mount points of a `mountinfo` file, in mount order (proc_pid_mountinfo(5): the fifth field, blanks as `\040`). */
export function parseMountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((field) => field !== undefined)
    .map((field) =>
      field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

async function removeWorkingContainers(folder: BuildFolder, tools: Tools): Promise<string[]> {
  const ids = await listWorkingContainers(folder.id, tools);
  if (ids.length === 0) return [];
  const result = await tools.runner.run('podman', ['rm', '--force', ...ids], { env: tools.env });
  if (result.status !== 'ok') throw describePodmanFailure(result);
  return ids.map((id) => `working container ${id.slice(0, 12)}`);
}
