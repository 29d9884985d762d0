import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPaths } from './cluster-paths';

/** In a pod's folder: the digests of the config folders that it mounts, one per line. Gone with the pod. */
const REFERENCES_FILE = 'config-folders.txt';

/** Notes which config folders a pod mounts, before they are written. */
export async function writeConfigReferences(podFolder: string, digests: readonly string[]): Promise<void> {
  await writeFile(join(podFolder, REFERENCES_FILE), digests.map((digest) => `${digest}\n`).join(''));
}

/** The config folders that pods mount, by digest; `undefined` when a pod's folder does not tell, as one that was made half. */
export async function readConfigReferences({ podsFolder }: ClusterPaths): Promise<Set<string> | undefined> {
  const digests = new Set<string>();
  for (const pod of existsSync(podsFolder) ? await readdir(podsFolder) : []) {
    const file = join(podsFolder, pod, REFERENCES_FILE);
    if (!existsSync(file)) return undefined;
    for (const digest of (await readFile(file, 'utf8')).split('\n').filter(Boolean)) digests.add(digest);
  }
  return digests;
}
