import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindPathsOf } from '../../clusters/kind/kind-cluster-tools';
import type { Tools } from '../../exec/tools';
import { collectGarbage } from './collect-garbage';
import type { Collector } from './collector';
import { openCollectors } from './open-collectors';

describe('the collectors of a machine store with a kind cluster', () => {
  const machineStore = mkdtempSync(join(tmpdir(), 'slipway-collectors-'));
  const { folder, kubeconfig, stateFile } = kindPathsOf(machineStore, 'podman', 'shop');
  const state = { schemaVersion: 1, status: 'up', recipe: 'r', version: 'v1.34.4', nodes: [] };
  const tools: Tools = {
    runner: { run: (command) => Promise.reject(new Error(`${command} was run`)) },
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    env: { NX_SLIPWAY_STATE_DIR: machineStore },
    log: { line: () => undefined },
    signal: new AbortController().signal,
  };

  beforeEach(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(kubeconfig, '');
    writeFileSync(stateFile, JSON.stringify(state));
  });
  afterAll(() => rmSync(machineStore, { recursive: true }));

  /** Collects nothing, but does something in the turn of those of kind clusters. */
  async function listTitles(inTurnOfKind: () => void): Promise<string[]> {
    function* idle(): Generator<Collector> {
      for (const { title } of openCollectors({ unusedSinceMs: 0, tools })) {
        const find = (): Promise<[]> => {
          if (title === 'kind clusters on podman') inTurnOfKind();
          return Promise.resolve([]);
        };
        yield { title, find, remove: () => Promise.resolve() };
      }
    }
    const options = { dryRun: false, signal: tools.signal, onItem: () => undefined };
    return (await collectGarbage(idle(), options)).map(({ title }) => title);
  }

  it('look into the cluster after those that may remove it', async () => {
    const titles = await listTitles(() => undefined);
    expect(titles).toContain('namespaces of the kube context kind-shop');
    expect(titles.indexOf('kind clusters on podman')).toBeLessThan(
      titles.indexOf('namespaces of the kube context kind-shop'),
    );
  });

  it('do not look into one that was removed in the same run', async () => {
    const titles = await listTitles(() => rmSync(folder, { recursive: true }));
    expect(titles.filter((title) => title.includes('shop'))).toEqual([]);
    expect(titles).toContain('images of podman');
  });
});
