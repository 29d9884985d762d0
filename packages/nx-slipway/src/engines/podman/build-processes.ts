import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '../../exec/tools';
import { listCgroupProcesses } from './build-cgroup';
import type { BuildFolder } from './build-folder';

const POLL_MS = 20;
const KILL_DEADLINE_MS = 5_000;

/**
 * The processes of a build: those in its cgroup (what RUN steps started), and those whose environment has its TMPDIR (podman
 * and what it started outside of the container). Only Linux has /proc; elsewhere podman is the client of a virtual machine.
 */
export function listBuildProcesses(folder: BuildFolder): number[] {
  return [...new Set([...listCgroupProcesses(folder.id), ...listProcessesWithTmpdir(folder.temporaryFolder)])];
}

/** Kills the processes of a build until there are none, for at most five seconds. Returns how many were killed. */
export async function killBuildProcesses(folder: BuildFolder, clock: Clock): Promise<number> {
  const killed = new Set<number>();
  const deadline = clock.now() + KILL_DEADLINE_MS;
  for (let pids = listBuildProcesses(folder); pids.length > 0; pids = listBuildProcesses(folder)) {
    for (const pid of pids) {
      if (killProcess(pid)) killed.add(pid);
    }
    if (clock.now() > deadline) break;
    await clock.sleep(POLL_MS);
  }
  return killed.size;
}

/** Sends SIGKILL to a process, or to a process group where the number is negative. False where it is gone. */
export function killProcess(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function listProcessesWithTmpdir(temporaryFolder: string): number[] {
  if (process.platform !== 'linux') return [];
  const marker = `\0TMPDIR=${temporaryFolder}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `\0${readEnvironment(pid)}`.includes(marker))
    .map(Number);
}

/** Empty for a process that is gone, a zombie, or another user's. */
function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
