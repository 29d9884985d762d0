import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isCounterFile, type CoverageFolders } from '../coverage-folders';
import { withOwnerLock, type ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';

/** Any user may make files there, and nobody may remove another's. */
const SHARED_MODE = 0o1777;

/** The folders of the podman cluster: its only node is this machine. */
export function openCoverageFolders(edge: ClusterTools): CoverageFolders {
  const { paths, podman, listPods } = edge;
  const ownerFolder = (owner: string): string => paths.coverageFolder(owner);
  return {
    pathOf: (owner) => Promise.resolve(ownerFolder(owner)),
    prepare: async (owner, names) => {
      for (const name of names) {
        await mkdir(join(ownerFolder(owner), name), { recursive: true });
        await chmod(join(ownerFolder(owner), name), SHARED_MODE);
      }
      // Whatever the umask is: it is what pods mount.
      await chmod(ownerFolder(owner), 0o755);
    },
    list: async (owner) => (existsSync(ownerFolder(owner)) ? readdir(ownerFolder(owner)) : []),
    flush: async (owners) => {
      for (const owner of owners) {
        await withOwnerLock(edge, owner, async () => {
          const ids = listServing([...(await listPods()).values()].filter((pod) => pod.owner === owner));
          // In their pods, so that addresses and redirects stay. podman waits as long as `--stop-timeout` said when they were made.
          if (ids.length > 0) await podman.run(['restart', ...ids]);
        });
      }
    },
    take: async (owner, name, target) => {
      const source = join(ownerFolder(owner), name);
      await mkdir(target, { recursive: true });
      for (const file of await readdir(source)) {
        await copyFile(join(source, file), join(target, file));
        if (isCounterFile(file)) await rm(join(source, file));
      }
    },
  };
}

/** A Job would do its work again. */
function listServing(pods: readonly ListedPod[]): string[] {
  return pods
    .filter(({ workload }) => !workload.startsWith('Job/'))
    .flatMap(({ containers }) => containers.filter(({ state }) => state === 'running').map(({ id }) => id));
}
