import type { ClusterNode } from '../../clusters/transports/transport';
import type { KubeApi } from '../../clusters/kubernetes/kube-api';
import type { Engine } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { Collector, GarbageItem } from './collector';
import { findUnusedNames, NAMING_OBJECTS, removableNames } from './node-image-names';

/** A name of an image, on the nodes that have it. */
interface NodeImageItem extends GarbageItem {
  readonly image: string;
}

/** A kind cluster to look at. */
export interface NodeImageGround {
  readonly name: string;
  readonly engine: Engine;
  readonly api: KubeApi;
  /** The nodes that run; none where the cluster was stopped. */
  readonly listNodes: () => Promise<readonly ClusterNode[]>;
}

/**
 * Collects names of images that this plugin loaded into a kind cluster and that no object of it names: kind turns the garbage collection
 * of images off, so that they pile up. containerd frees the layers that no other name needs.
 */
export function createNodeImageCollector(ground: NodeImageGround): Collector<NodeImageItem> {
  const { name, api, listNodes } = ground;
  return {
    title: `images on the nodes of the kind cluster ${name}`,
    async find() {
      const nodes = await listNodes();
      if (nodes.length === 0) return [];
      const [names, used] = await Promise.all([Promise.all(nodes.map(listNames)), readObjects(api, name)]);
      return findUnusedNames(names.flat(), used).map((image) => ({
        name: `${image} (${name})`,
        reason: 'no object of the cluster names it',
        image,
      }));
    },
    async remove({ image }) {
      // A deploy may have named it since.
      if (findUnusedNames([image], await readObjects(api, name)).length === 0) return;
      for (const node of await listNodes()) {
        const names = removableNames(image, await listNames(node));
        if (names.length > 0) await runInNode(node, ['ctr', '--namespace=k8s.io', 'images', 'rm', ...names], ground);
      }
    },
  };

  async function listNames(node: ClusterNode): Promise<string[]> {
    const stdout = await runInNode(node, ['ctr', '--namespace=k8s.io', 'images', 'ls', '-q'], ground);
    return stdout.split('\n').filter(Boolean);
  }
}

async function runInNode(
  node: ClusterNode,
  command: readonly string[],
  { name: cluster, engine }: NodeImageGround,
): Promise<string> {
  const { status, exitCode, stdout, output } = await node.exec(command);
  if (status === 'ok') return stdout;
  const facts = {
    command: `${command.slice(0, 4).join(' ')} (in ${node.name})`,
    status: exitCode ?? status,
    cluster,
    engine,
  };
  throw new SlipwayError('CLUSTER_KIND_NODES_FAILED', facts, { toolOutput: output });
}

/** All that can name an image, as text: pods, what makes pods, and what deploys have noted. */
async function readObjects(api: KubeApi, cluster: string): Promise<string> {
  const answers = await Promise.all(NAMING_OBJECTS.map((path) => api.get(path)));
  return answers
    .map((answer) => {
      if (answer.status === 'ok') return JSON.stringify(answer.body);
      // Nothing may be removed on half an answer.
      throw new SlipwayError('CLUSTER_KIND_BROKEN', { cluster, reason: `its API does not answer (${answer.message})` });
    })
    .join('\n');
}
