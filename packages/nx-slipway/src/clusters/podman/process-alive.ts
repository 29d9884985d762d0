import { existsSync, readFileSync } from 'node:fs';
import { parseProcessStat } from '../../exec/parse-process-stat';

/** Whether a process exists. Rootful podman only: process ids are the host's. */
export function isProcessAlive(pid: number): boolean {
  return pid > 0 && existsSync(`/proc/${pid}`);
}

/**
 * Whether the process of a container exists, whatever podman's records say: after a machine was restored from an image of itself podman
 * goes on calling containers "Up" whose processes are gone, and whose process ids others may have by now.
 */
export function isContainerAlive({ id, pid }: { readonly id: string; readonly pid: number }): boolean {
  return isProcessAlive(pid) && isOfContainer(pid, id);
}

/** Its cgroup has the container's ID in its name; where cgroups are disabled its parent is the container's monitor, which has it in its command line. */
function isOfContainer(pid: number, containerId: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId)) return true;
    const parent = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.parent;
    return readFileSync(`/proc/${parent}/cmdline`, 'utf8').includes(containerId);
  } catch {
    return false; // It has just ended.
  }
}
