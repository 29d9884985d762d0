import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import type { ClusterPaths } from './cluster-paths';
import { parseDeployMemory, renderDeployMemory, type DeployMemory } from './deploy-memory';

/** Names of objects and probes of other people's software. */
const MEMORY_FILE_MODE = 0o600;

/** What the last deploy of an owner came to; `undefined` when it is not remembered, failed, or the file is damaged. */
export async function recallDeploy(paths: ClusterPaths, owner: string): Promise<DeployMemory | undefined> {
  const text = await readFile(paths.deployMemoryFile(owner), 'utf8').catch(() => '');
  return parseDeployMemory(text);
}

/** Call it when all is ready. Under the owner's lock. */
export async function rememberDeploy(paths: ClusterPaths, owner: string, memory: DeployMemory): Promise<void> {
  const file = paths.deployMemoryFile(owner);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomically(file, renderDeployMemory(memory), MEMORY_FILE_MODE);
}

/** Call it before anything is changed, so that a deploy that ends anywhere is not taken for one that succeeded. Under the owner's lock. */
export async function forgetDeploy(paths: ClusterPaths, owner: string): Promise<void> {
  await rm(paths.deployMemoryFile(owner), { force: true });
}
