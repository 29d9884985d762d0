import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import type { Tools } from '../../exec/tools';

/** Where podman is told that its storage is, besides its files of settings. */
const SETTINGS = ['HOME', 'XDG_DATA_HOME', 'CONTAINERS_CONF', 'CONTAINERS_STORAGE_CONF', 'STORAGE_DRIVER'];

/**
 * The folder of podman's storage (graph root); `undefined` where podman cannot tell, as for one in a virtual machine. Asking podman takes a
 * second, so the answer is remembered in the machine store for as long as that folder is there: it is for messages and warnings only.
 */
export async function detectPodmanStorage(
  machineStore: string,
  { runner, env }: Pick<Tools, 'runner' | 'env'>,
): Promise<string | undefined> {
  const settings = SETTINGS.map((name) => env[name] ?? '').join('\0');
  const digest = createHash('sha256').update(settings).digest('hex').slice(0, 16);
  const memory = join(machineStore, 'podman-storage', digest);
  const remembered = (await readFile(memory, 'utf8').catch(() => '')).trim();
  if (await isFolder(remembered)) return remembered;
  const asked = await runner.run('podman', ['info', '--format', '{{.Store.GraphRoot}}'], { env, timeoutMs: 30_000 });
  const folder = asked.status === 'ok' ? asked.stdout.trim() : '';
  if (!(await isFolder(folder))) return undefined;
  await writeFileAtomically(memory, `${folder}\n`);
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  return path.startsWith('/') && (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
