import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { findOnPath } from '../find-on-path';
import { isVersionAtLeast, MINIMUM_PODMAN_VERSION, parsePodmanVersion } from './podman-version';
import { describePodmanFailure } from './podman-problems';

/** What the question for a version needs; without a signal it cannot be cancelled, and ends by its time limit. */
type VersionTools = Pick<Tools, 'runner' | 'env'> & Partial<Pick<Tools, 'signal'>>;

/** podman tells its version in 50 ms; one that does not is broken. */
const VERSION_TIMEOUT_MS = 30_000;

const rememberedVersion = z.object({
  path: z.string(),
  modifiedMs: z.number(),
  sizeBytes: z.number(),
  version: z.string(),
});

/**
 * The version of the podman that is first on PATH, once it is known to be new enough. Remembered in the machine store for
 * this path, size and modification time, so that it costs one call to podman per installed podman.
 * @throws {SlipwayError} ENGINE_NOT_FOUND, ENGINE_VERSION_UNSUPPORTED
 */
export async function detectPodmanVersion(machineStore: string, tools: VersionTools): Promise<string> {
  const path = await findOnPath('podman', tools.env['PATH'] ?? '');
  if (path === undefined) throw new SlipwayError('ENGINE_NOT_FOUND', { engine: 'podman' });
  const { mtimeMs: modifiedMs, size: sizeBytes } = await stat(path);
  const memory = join(machineStore, 'podman-version.json');
  const remembered = await readRemembered(memory);
  const isSame =
    remembered?.path === path && remembered.modifiedMs === modifiedMs && remembered.sizeBytes === sizeBytes;
  const version = isSame ? remembered.version : await askVersion(path, tools);
  if (!isVersionAtLeast(version, MINIMUM_PODMAN_VERSION)) {
    throw new SlipwayError('ENGINE_VERSION_UNSUPPORTED', {
      engine: 'podman',
      version,
      minimum: MINIMUM_PODMAN_VERSION,
    });
  }
  if (!isSame) await writeFileAtomically(memory, JSON.stringify({ path, modifiedMs, sizeBytes, version }));
  return version;
}

async function askVersion(path: string, tools: VersionTools): Promise<string> {
  const result = await tools.runner.run(path, ['--version'], {
    env: tools.env,
    timeoutMs: VERSION_TIMEOUT_MS,
    ...(tools.signal === undefined ? {} : { signal: tools.signal }),
  });
  const version = parsePodmanVersion(result.stdout);
  if (result.status !== 'ok' || version === undefined) throw describePodmanFailure(result);
  return version;
}

async function readRemembered(path: string): Promise<z.infer<typeof rememberedVersion> | undefined> {
  try {
    return rememberedVersion.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // Nothing remembered, or not by this version of the plugin: podman is asked.
  }
}
