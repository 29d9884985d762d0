import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { SlipwayError } from '../../errors/slipway-error';
import type { KindPaths } from './kind-cluster-tools';

const kindState = z.object({
  schemaVersion: z.literal(1),
  /** `creating` from before kind is asked until the cluster is ready: whatever is found then is a rest of ours. */
  status: z.enum(['creating', 'up']),
  /** SHA-256 of the kind config and the node image. */
  recipe: z.string(),
  /** Kubernetes' version, e.g. `v1.34.4`; empty while it is being created. */
  version: z.string(),
  /** IDs of the containers by which the cluster is known to be ours. */
  nodes: z.array(z.object({ name: z.string(), id: z.string() })),
});

/** What is remembered of a kind cluster that this machine store made. */
export type KindState = z.infer<typeof kindState>;

/** Reads it; `undefined` where no cluster was made, or it is down. @throws {SlipwayError} CLUSTER_STATE_CORRUPT */
export async function readKindState({ stateFile }: KindPaths): Promise<KindState | undefined> {
  if (!existsSync(stateFile)) return undefined;
  const state = parseKindState(await readFile(stateFile, 'utf8'));
  if (!state) throw new SlipwayError('CLUSTER_STATE_CORRUPT', { file: stateFile });
  return state;
}

/** Writes it: old or new, whole. Under the cluster's lock. */
export async function writeKindState({ folder, stateFile }: KindPaths, state: KindState): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await writeFileAtomically(stateFile, JSON.stringify(state), 0o600);
}

/** Parses a state file; `undefined` when it is not one of this version. Pure. */
export function parseKindState(text: string): KindState | undefined {
  try {
    return kindState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
