import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Tools } from '../exec/tools';
import type { EngineMemory } from '../scheduling/admission/admission';
import { readMachineMemory } from '../scheduling/budget/machine-memory';
import { memoryHierarchy, parseOwnCgroup } from '../scheduling/measuring/cgroup-memory';
import type { Engine } from './image-store';
import { canMakeCgroups, memoryCgroupOfBuilds } from './podman/build-cgroup';

const MIB = 1_048_576;

const podmanInfoSchema = z.object({
  host: z.object({ memTotal: z.number(), serviceIsRemote: z.boolean().optional() }),
});

/**
 * Finds out whose memory an engine's builds use: this machine's, or that of a virtual machine (podman machine, Docker Desktop) or another host, which is asked
 * how much it has; then only the total is known. One call to the engine, and none where it is plain that it works on this machine.
 */
export async function openEngineMemory(
  engine: Engine,
  tools: Pick<Tools, 'runner' | 'env' | 'signal'>,
): Promise<EngineMemory> {
  if (worksHere(engine, tools.env)) return { pool: 'host', read: () => readMachineMemory(cgroupOfBuilds(engine)) };
  const totalMiB = await askForTotal(engine, tools);
  const reading =
    totalMiB === undefined ? undefined : { totalMiB, availableMiB: undefined, limits: [], pressurePercent: undefined };
  return { pool: `${engine}-${addressOf(tools.env)}`, read: () => reading };
}

/** docker's daemon has its containers below the root of the hierarchy, whatever cgroup its client is in. */
function cgroupOfBuilds(engine: Engine): string {
  if (engine === 'docker') return memoryHierarchy();
  return canMakeCgroups() ? memoryCgroupOfBuilds() : parseOwnCgroup(readText('/proc/self/cgroup'));
}

function worksHere(engine: Engine, env: Tools['env']): boolean {
  if (process.platform !== 'linux') return false;
  if (engine === 'podman') return !env['CONTAINER_HOST'] && !env['CONTAINER_CONNECTION'];
  const host = env['DOCKER_HOST'] ?? '';
  if (host !== '') return host.startsWith('unix://') && !host.includes('desktop');
  return ['', 'default'].includes(env['DOCKER_CONTEXT'] ?? readDockerContext(env));
}

/** The context that docker's own settings name (docker/cli `currentContext`); Docker Desktop for Linux calls its own `desktop-linux`. */
function readDockerContext(env: Tools['env']): string {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker');
  const { data } = z
    .object({ currentContext: z.string().optional() })
    .safeParse(parseJson(readText(join(folder, 'config.json'))));
  return data?.currentContext ?? '';
}

async function askForTotal(
  engine: Engine,
  tools: Pick<Tools, 'runner' | 'env' | 'signal'>,
): Promise<number | undefined> {
  const format = engine === 'podman' ? 'json' : '{{json .MemTotal}}';
  const result = await tools.runner.run(engine, ['info', '--format', format], { env: tools.env, signal: tools.signal });
  return result.status === 'ok' ? parseTotal(engine, result.stdout) : undefined;
}

/** Reads the memory of its machine from what an engine says of itself, in MiB. Pure. */
export function parseTotal(engine: Engine, text: string): number | undefined {
  const value = parseJson(text);
  const bytes = engine === 'podman' ? podmanInfoSchema.safeParse(value).data?.host.memTotal : value;
  return typeof bytes === 'number' && bytes > 0 ? bytes / MIB : undefined;
}

/** Builds that go to one address share its memory. */
function addressOf(env: Tools['env']): string {
  const names = ['CONTAINER_HOST', 'CONTAINER_CONNECTION', 'DOCKER_HOST', 'DOCKER_CONTEXT'];
  const text = names.map((name) => env[name] ?? '').join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
