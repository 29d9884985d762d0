import { readFile, readlink } from 'node:fs/promises';
import type { NodeContainer } from './parse-node-listing';

/** What the kernel of this machine says of a process. */
export interface ProcessFacts {
  /** `/proc/<pid>/cgroup` (cgroups(7)); not given where there is no such process. */
  readonly cgroups: string | undefined;
  /** Whether root of this process is root of that one. */
  readonly sharesUserNamespace: boolean;
}

/** Commands in a node find their programs here, as in kind's image (kind v0.33, images/base/Dockerfile has Debian's own). */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Whether a process is that of a container of this machine: its cgroups are called by the container's ID (podman 4.3 `libpod-<ID>`). Not so where
 * the engine runs on another machine, or the process has ended and another one has its number. Pure.
 */
export function isProcessOf(
  { id }: Pick<NodeContainer, 'id'>,
  { cgroups, sharesUserNamespace }: ProcessFacts,
): boolean {
  return sharesUserNamespace && id !== '' && (cgroups ?? '').includes(id);
}

/** Arguments of `nsenter` (util-linux 2.38) that run a command as the engine's `exec` does; without what our environment holds. Pure. */
export function buildEnterArgs(pid: number, args: readonly string[]): string[] {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
  // A session of its own: like the engine's, it goes on when a Ctrl-C ends what started it.
  return [`--target=${pid}`, ...namespaces, '--', 'setsid', 'env', '-i', `PATH=${PATH}`, 'HOME=/root', ...args];
}

/** Reads what `isProcessOf` decides by. */
export async function readProcessFacts(pid: number): Promise<ProcessFacts> {
  const [cgroups, theirs, ours] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => undefined),
    readlink(`/proc/${pid}/ns/user`).catch(() => undefined),
    readlink('/proc/self/ns/user').catch(() => undefined),
  ]);
  return { cgroups, sharesUserNamespace: ours !== undefined && ours === theirs };
}
