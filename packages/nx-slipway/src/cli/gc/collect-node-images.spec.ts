import type { KubeApi } from '../../clusters/kubernetes/kube-api';
import type { ClusterNode } from '../../clusters/transports/transport';
import type { RunResult } from '../../exec/process-runner';
import { createNodeImageCollector } from './collect-node-images';

const USED = `localhost/api:i-${'1'.repeat(24)}`;
const UNUSED = `localhost/web:i-${'2'.repeat(24)}`;
const FOREIGN = 'registry.k8s.io/pause:3.10';

/** A node that has these names, and what was run in it. */
function openNode(name: string, names: string[]): { node: ClusterNode; commands: string[] } {
  const commands: string[] = [];
  const answer = (stdout: string): RunResult => ({
    ...{ command: 'podman', args: [], status: 'ok', exitCode: 0, signal: undefined, durationMs: 1 },
    ...{ stdout, stderr: '', output: stdout },
  });
  const exec: ClusterNode['exec'] = (args) => {
    commands.push(args.join(' '));
    if (args.includes('ls')) return Promise.resolve(answer(`${names.join('\n')}\n`));
    for (const removed of args.slice(4)) names.splice(names.indexOf(removed), 1);
    return Promise.resolve(answer(''));
  };
  return { node: { name, exec }, commands };
}

/** A cluster in which pods name these images; `undefined` does not answer. */
function openApi(named: () => readonly string[] | undefined): KubeApi {
  return {
    get: () => {
      const images = named();
      return Promise.resolve(
        images === undefined
          ? { status: 'unreachable', message: 'connection refused' }
          : { status: 'ok', body: { items: images.map((image) => ({ image })) } },
      );
    },
  } as unknown as KubeApi;
}

const open = (nodes: readonly ClusterNode[], api: KubeApi) =>
  createNodeImageCollector({ name: 'kind', engine: 'podman', api, listNodes: () => Promise.resolve(nodes) });

describe('the images on the nodes of a kind cluster', () => {
  it('are removed from each node where no object names them; others stay', async () => {
    const one = openNode('kind-control-plane', [USED, UNUSED, FOREIGN]);
    const other = openNode('kind-worker', [USED]);
    const collector = open(
      [one.node, other.node],
      openApi(() => [USED]),
    );
    const items = await collector.find();
    expect(items.map(({ name }) => name)).toEqual([`${UNUSED} (kind)`]);
    for (const item of items) await collector.remove(item);
    expect(one.commands.filter((command) => command.includes(' rm '))).toEqual([
      `ctr --namespace=k8s.io images rm ${UNUSED}`,
    ]);
    expect(other.commands.filter((command) => command.includes(' rm '))).toEqual([]);
  });

  it('stay where an object names them since', async () => {
    const { node, commands } = openNode('kind-control-plane', [UNUSED]);
    let named: readonly string[] = [];
    const collector = open(
      [node],
      openApi(() => named),
    );
    const [item] = await collector.find();
    named = [UNUSED];
    await collector.remove(item as never);
    expect(commands.filter((command) => command.includes(' rm '))).toEqual([]);
  });

  it('are not looked for in a cluster that was stopped, and not on half an answer', async () => {
    await expect(
      open(
        [],
        openApi(() => undefined),
      ).find(),
    ).resolves.toEqual([]);
    const { node } = openNode('kind-control-plane', [UNUSED]);
    await expect(
      open(
        [node],
        openApi(() => undefined),
      ).find(),
    ).rejects.toMatchObject({ code: 'CLUSTER_KIND_BROKEN' });
  });
});
