import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rememberWorkspace } from '../../artifact/known-workspaces';
import type { NodeContainer } from '../../clusters/kind/parse-node-listing';
import { clusterNameOfPath } from '../../executors/cluster-options';
import { createKindClusterCollector } from './collect-kind-clusters';

describe('kind clusters of workspaces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-kind-gc-'));
  const gone = join(folder, 'gone');
  const there = join(folder, 'there');
  const [ofGone, ofThere] = [clusterNameOfPath(gone), clusterNameOfPath(there)];
  const taken: string[] = [];
  let nodes: readonly Partial<NodeContainer>[] = [];
  const open = (engine: 'podman' | 'docker') =>
    createKindClusterCollector({
      engine,
      machineStore: folder,
      listNodes: () => Promise.resolve(nodes as readonly NodeContainer[]),
      isAlive: ({ pid }) => pid === 7,
      takeDown: (cluster) => Promise.resolve(void taken.push(cluster)),
    });

  beforeAll(async () => {
    mkdirSync(there);
    for (const workspace of [gone, there]) await rememberWorkspace(folder, workspace, 1_000);
    for (const cluster of [ofGone, ofThere, 'chosen'])
      mkdirSync(join(folder, 'kind', 'podman', cluster), { recursive: true });
    mkdirSync(join(folder, 'kind', 'docker', ofGone), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<['podman' | 'docker', string, Partial<NodeContainer>]>([
    ['podman', 'podman says that it runs, and its process is gone', { id: 'a', state: 'running', pid: 8 }],
    ['podman', 'it was stopped', { id: 'a', state: 'exited', pid: 0 }],
    ['docker', 'it was stopped', { id: 'a', state: 'exited' }],
  ])('that are gone are collected on %s where %s', async (engine, _, node) => {
    nodes = [node];
    taken.length = 0;
    const items = await open(engine).find();
    expect(items).toEqual([
      { name: ofGone, cluster: ofGone, reason: `no node of it runs, and its workspace ${gone} is gone` },
    ]);
    for (const item of items) await open(engine).remove(item);
    expect(taken).toEqual([ofGone]);
  });

  it.each<['podman' | 'docker', Partial<NodeContainer>]>([
    ['podman', { id: 'a', state: 'running', pid: 7 }],
    ['docker', { id: 'a', state: 'running' }],
    ['docker', { id: 'a', state: 'paused' }],
  ])('stay on %s while a node of theirs runs, also one that was started since', async (engine, node) => {
    nodes = [];
    const [item] = await open(engine).find();
    nodes = [{ id: 'b', state: 'exited', pid: 0 }, node];
    taken.length = 0;
    await expect(open(engine).find()).resolves.toEqual([]);
    await expect(open(engine).remove(item as never)).rejects.toThrow('a node of it runs since');
    expect(taken).toEqual([]);
  });

  it('are none in a machine store that made none', async () => {
    const collector = createKindClusterCollector({
      ...{ engine: 'podman', machineStore: there, listNodes: () => Promise.resolve([]) },
      ...{ isAlive: () => false, takeDown: () => Promise.resolve() },
    });
    await expect(collector.find()).resolves.toEqual([]);
  });
});
