import { readdir, readFile, readlink } from 'node:fs/promises';

/** How many inotify instances this user may have open on this machine, and has. */
export interface InotifyUse {
  readonly used: number;
  readonly limit: number;
}

/**
 * What nodes hold before their first pod runs, seen with kind v0.33 and Kubernetes 1.34: a control plane 28 (systemd 4, kubelet 7, API server
 * 6, controller manager 7, containerd 2 …), a worker 15.
 */
const NEED = { controlPlane: 28, worker: 15 } as const;

/** How many inotify instances the nodes of a kind config need, and at least one control plane. Pure. */
export function estimateInotifyNeed(kindConfig: string): number {
  const workers = kindConfig.match(/\brole"?: *"?worker\b/g)?.length ?? 0;
  const controlPlanes = kindConfig.match(/\brole"?: *"?control-plane\b/g)?.length ?? 0;
  return Math.max(controlPlanes, 1) * NEED.controlPlane + workers * NEED.worker;
}

/**
 * Counts what `fs.inotify.max_user_instances` limits (inotify(7)): of the processes that this one may look into, which for root are all.
 * `undefined` where the kernel does not tell, as on other systems than Linux.
 */
export async function readInotifyUse(): Promise<InotifyUse | undefined> {
  try {
    const limit = Number(await readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8'));
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const counts = await Promise.all(pids.map((pid) => countInstances(`/proc/${pid}/fd`)));
    return { limit, used: counts.reduce((sum, count) => sum + count, 0) };
  } catch {
    return undefined;
  }
}

/** A process that ends meanwhile, or is not ours to look into, counts as none. */
async function countInstances(folder: string): Promise<number> {
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return targets.filter((target) => target === 'anon_inode:inotify').length;
}
