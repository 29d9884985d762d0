import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE, podman } from './podman-engine-lab';

/** A storage of podman that is not the machine's. */
export interface OwnStorage {
  /** Absolute path of the file that `CONTAINERS_STORAGE_CONF` is to name. */
  readonly settings: string;
  /** Absolute path of what podman keeps there of what runs (run root). */
  readonly runRoot: string;
}

/** Makes a storage below a folder with nothing but the base image in it: to list all images of the machine's takes longer than most tests. */
export function makeBaseStorage(folder: string): OwnStorage & { readonly graphRoot: string } {
  const graphRoot = join(folder, 'base');
  const storage = writeStorageSettings(folder, 'base-storage.conf', graphRoot, []);
  const load = `podman save --quiet ${BASE} | CONTAINERS_STORAGE_CONF="$0" podman load`;
  execFileSync('sh', ['-c', load, storage.settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  return { ...storage, graphRoot };
}

/** Describes a storage to podman, with others whose images it only reads. */
export function writeStorageSettings(
  folder: string,
  name: string,
  graphRoot: string,
  imageStores: readonly string[],
): OwnStorage {
  const driver = podman('info', '--format', '{{.Store.GraphDriverName}}');
  const settings = join(folder, name);
  const runRoot = join(folder, 'run');
  const text = [
    `[storage]\ndriver = "${driver}"\ngraphroot = "${graphRoot}"\nrunroot = "${runRoot}"`,
    `[storage.options]\nadditionalimagestores = ${JSON.stringify(imageStores)}\n`,
  ];
  writeFileSync(settings, text.join('\n'));
  return { settings, runRoot };
}

/** Removes a folder with storages in it; none of its images is in the machine's own. */
export function removeStorages(folder: string): void {
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n').toReversed()) {
    const mounted = (line.split(' ')[1] ?? '').replaceAll('\\040', ' ');
    if (mounted.startsWith(`${folder}/`)) execFileSync('umount', [mounted]);
  }
  rmSync(folder, { recursive: true, force: true });
}
