import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The builds of a machine store that run, or were killed and not cleaned up. */
export function listBuildIds(machineStore: string): string[] {
  const folder = join(machineStore, 'builds');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What is left of builds on this machine: a line each for folders, mounts, cgroups, runtime entries and working containers. */
export function listBuildRemains(buildIds: readonly string[], machineStore: string): string[] {
  return [
    ...listBuildIds(machineStore).map((id) => `folder of build ${id}`),
    ...linesOf(readFileSync('/proc/self/mounts', 'utf8')).filter((mount) => mount.includes(machineStore)),
    ...buildIds.flatMap(listCgroups),
    ...linesOf(execFileSync('runc', ['list', '--format', 'table'], { encoding: 'utf8' })).filter((entry) =>
      entry.includes(machineStore),
    ),
    ...listWorkingContainers(buildIds),
  ];
}

function listCgroups(buildId: string): string[] {
  // Others' cgroups come and go while find looks, of which it complains.
  return linesOf(shell(`find /sys/fs/cgroup -type d -path '*/nx-slipway/${buildId}*' 2>/dev/null || true`));
}

/** buildah keeps a working container's record in containers/storage; a build's cgroup is in it. */
function listWorkingContainers(buildIds: readonly string[]): string[] {
  const graphRoot = execFileSync('podman', ['info', '--format', '{{.Store.GraphRoot}}'], { encoding: 'utf8' }).trim();
  return buildIds.flatMap((id) =>
    linesOf(shell(`grep -rls --include=buildah.json -e '${id}' '${graphRoot}'/*-containers || true`)),
  );
}

function shell(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(Boolean);
}
