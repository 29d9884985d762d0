import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPaths } from './cluster-paths';
import { readConfigReferences } from './config-references';

/**
 * Afterwards the cluster's folder holds no old content of a Secret: config folders that no pod names are gone, and files of writes
 * that were killed. Under the cluster's lock, under which all of these are written.
 */
export async function removeStaleFiles(paths: ClusterPaths): Promise<void> {
  const references = await readConfigReferences(paths);
  await removeEntries(paths.folder, (name) => name.endsWith('.tmp'));
  await removeEntries(paths.configFolder, (name) => name.endsWith('.tmp') || references?.has(name) === false);
}

async function removeEntries(folder: string, isStale: (name: string) => boolean): Promise<void> {
  for (const name of existsSync(folder) ? await readdir(folder) : []) {
    if (isStale(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
