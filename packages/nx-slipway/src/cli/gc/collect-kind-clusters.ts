import { join } from 'node:path';
import type { NodeContainer } from '../../clusters/kind/parse-node-listing';
import type { Engine } from '../../engines/image-store';
import type { Collector, GarbageItem } from './collector';
import { readGoneClusterNames } from './gone-cluster-names';
import { listNames } from '../../artifact/list-names';

/** A kind cluster to take down. */
interface KindItem extends GarbageItem {
  readonly cluster: string;
}

/** The kind clusters on one engine, and what works on them. */
export interface KindGround {
  readonly engine: Engine;
  /** Absolute path. */
  readonly machineStore: string;
  readonly listNodes: (cluster: string) => Promise<readonly NodeContainer[]>;
  /** Whether the process of a container is there, whatever the engine's records say. */
  readonly isAlive: (container: { readonly id: string; readonly pid: number }) => boolean;
  /** Afterwards nothing of the cluster is left; one that somebody else made under its name is not touched. */
  readonly takeDown: (cluster: string) => Promise<void>;
}

/**
 * Collects kind clusters that workspaces have made for themselves and that are gone, where no node runs. Other clusters stay, and so does one with a
 * running node: somebody may still look at it.
 */
export function createKindClusterCollector(ground: KindGround): Collector<KindItem> {
  const { engine, machineStore, takeDown } = ground;
  return {
    title: `kind clusters on ${engine}`,
    async find() {
      const [made, gone] = await Promise.all([listMade(machineStore, engine), readGoneClusterNames(machineStore)]);
      const found = made.map(async (cluster): Promise<KindItem[]> => {
        const workspace = gone.get(cluster);
        if (workspace === undefined || (await hasRunningNode(cluster, ground))) return [];
        return [{ name: cluster, reason: `no node of it runs, and its workspace ${workspace} is gone`, cluster }];
      });
      return (await Promise.all(found)).flat();
    },
    async remove({ cluster }) {
      // Somebody may have started it since.
      if (await hasRunningNode(cluster, ground)) throw new Error('a node of it runs since');
      await takeDown(cluster);
    },
  };
}

async function hasRunningNode(cluster: string, { listNodes, isAlive }: KindGround): Promise<boolean> {
  const nodes = await listNodes(cluster);
  return nodes.some(({ id, state, pid }) => (pid === undefined ? isBusy(state) : isAlive({ id, pid })));
}

/** docker keeps its records right: it is the parent of what it runs. */
function isBusy(state: string): boolean {
  return ['running', 'paused', 'restarting'].includes(state);
}

/** The names of those that this machine store has a folder of. */
async function listMade(machineStore: string, engine: Engine): Promise<string[]> {
  return (await listNames(join(machineStore, 'kind', engine))).toSorted();
}
