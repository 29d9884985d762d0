import { stat } from 'node:fs/promises';
import * as z from 'zod';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { clusterPathsOf } from './cluster-paths';
import { podmanFailed } from './podman-commands';
import { podmanLabels } from './podman-labels';
import { isContainerAlive } from './process-alive';

/** A cluster that podman has something of. */
export interface FoundCluster {
  readonly name: string;
  /** Absolute path. */
  readonly machineStore: string;
  /** A process of one of its containers exists. */
  readonly isRunning: boolean;
  /** When its memory was written last, in milliseconds since the epoch; `undefined` where its machine store is gone. */
  readonly usedAtMs: number | undefined;
}

const listedNetworks = z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }));
const listedContainers = z
  .array(z.object({ Id: z.string(), Pid: z.number(), Labels: z.record(z.string(), z.string()).nullish() }))
  .nullable();

/**
 * The clusters of a machine store, and those whose machine store is gone; clusters of other stores that are there are their business.
 * A cluster is known by its network, which is made first and removed last. `undefined` where podman is not installed.
 * @throws {SlipwayError} CLUSTER_PODMAN_FAILED
 */
export async function listPodmanClusters(machineStore: string, tools: Tools): Promise<FoundCluster[] | undefined> {
  const networks = await run(['network', 'ls', '--format', 'json'], tools);
  if (networks.status === 'not-found') return undefined;
  const containers = await run(['ps', '--all', '--no-trunc', '--format', 'json'], tools);
  for (const result of [networks, containers]) if (result.status !== 'ok') throw podmanFailed(result);
  const listed = listedContainers.parse(JSON.parse(containers.stdout || 'null')) ?? [];
  const running = new Set(
    listed
      .filter(({ Id, Pid }) => isContainerAlive({ id: Id, pid: Pid }))
      .map(({ Labels }) => Labels?.[podmanLabels.cluster])
      .filter((name) => name !== undefined),
  );
  const found = listedNetworks.parse(JSON.parse(networks.stdout || '[]')).map(async ({ name, labels }) => {
    const store = labels?.[podmanLabels.machineStore];
    if (store === undefined) return [];
    const isStoreThere = (await stat(store).catch(() => undefined)) !== undefined;
    if (isStoreThere && store !== machineStore) return [];
    const usedAtMs = isStoreThere ? await readLastUse(clusterPathsOf(store, name)) : undefined;
    return [{ name, machineStore: store, isRunning: running.has(name), usedAtMs }];
  });
  return (await Promise.all(found)).flat();
}

/** A cluster without a memory was half made or half removed: that of the folder, or long ago. */
async function readLastUse({ stateFile, folder }: { stateFile: string; folder: string }): Promise<number> {
  const found = (await stat(stateFile).catch(() => undefined)) ?? (await stat(folder).catch(() => undefined));
  return found?.mtimeMs ?? 0;
}

function run(args: readonly string[], tools: Tools): Promise<RunResult> {
  return tools.runner.run('podman', args, { env: tools.env, signal: tools.signal });
}
