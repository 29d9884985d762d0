import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { SlipwayError } from '../../errors/slipway-error';

const pinnedTarget = z.object({
  schemaVersion: z.literal(1),
  kubeContext: z.string(),
  /** URL of the API server. */
  server: z.string(),
  namespace: z.string(),
  /** Kubernetes' version. */
  version: z.string(),
});

/** The kube context that `cluster-up` chose: every later task of the workspace takes this one, whatever the user's kubeconfig says by then. */
export type PinnedTarget = z.infer<typeof pinnedTarget>;

/** Where the choice is kept: a folder (0700) of the machine store. */
export interface PinPaths {
  readonly folder: string;
  readonly pinFile: string;
  /** A copy of the user's kubeconfig with this one kube context. */
  readonly kubeconfig: string;
}

/** The paths of one cluster's pin. Pure. */
export function pinPathsOf(machineStore: string, cluster: string): PinPaths {
  const folder = join(machineStore, 'existing', cluster);
  return { folder, pinFile: join(folder, 'target.json'), kubeconfig: join(folder, 'kubeconfig') };
}

/** Reads the pin; `undefined` before the first `cluster-up`. @throws {SlipwayError} CLUSTER_STATE_CORRUPT */
export async function readPin({ pinFile, kubeconfig }: PinPaths): Promise<PinnedTarget | undefined> {
  if (!existsSync(pinFile) || !existsSync(kubeconfig)) return undefined;
  const pin = parsePin(await readFile(pinFile, 'utf8'));
  if (!pin) throw new SlipwayError('CLUSTER_STATE_CORRUPT', { file: pinFile });
  return pin;
}

/** Parses a pin; `undefined` when it is not one of this version. Pure. */
export function parsePin(text: string): PinnedTarget | undefined {
  try {
    return pinnedTarget.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes the copy of the kubeconfig, readable by this user alone: it may hold keys. */
export async function writePinnedKubeconfig({ folder, kubeconfig }: PinPaths, content: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await writeFileAtomically(kubeconfig, content, 0o600);
}

/** Writes the pin itself. */
export async function writePin({ pinFile }: PinPaths, pin: PinnedTarget): Promise<void> {
  await writeFileAtomically(pinFile, JSON.stringify(pin), 0o600);
}
