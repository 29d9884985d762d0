import { existsSync } from 'node:fs';

/** Whether a container's process exists, whatever podman's records say. Rootful podman only: process ids are the host's. */
export function isProcessAlive(pid: number): boolean {
  return pid > 0 && existsSync(`/proc/${pid}`);
}
