import { createNamespaceCollector } from '../../src/cli/gc/collect-namespaces';
import { createNodeImageCollector } from '../../src/cli/gc/collect-node-images';
import { renderNamespaceObject } from '../../src/clusters/kubernetes/namespaces/ensure-namespace';
import { openTestNamespace, TEST_IMAGE, type TestNamespace } from './kind-test-cluster';

describe('gc on Kubernetes', () => {
  let test: TestNamespace;
  beforeAll(() => {
    test = openTestNamespace('gc');
  });
  afterAll(() => test.close());

  it('removes namespaces of ours whose time is over, and no other', async () => {
    const { api, kubectl, tools, target } = test.edge();
    const cluster = { provider: 'kind' as const, name: test.cluster.name, engine: 'podman' as const, target };
    const collector = createNamespaceCollector({ cluster, api, kubectl, tools });
    const make = (suffix: string, usedAt: Date): string => {
      const namespace = `${test.namespace}-${suffix}`;
      const marked = renderNamespaceObject({ namespace, workspace: 'shop', user: 'ada', timeToLive: '2h' }, usedAt);
      test.kubectl(['create', '-f', '-'], JSON.stringify(marked));
      return namespace;
    };
    const old = make('old', new Date(Date.now() - 3 * 3_600_000));
    const used = make('used', new Date(Date.now() - 3_600_000));
    const foreign = make('foreign', new Date(0));
    test.kubectl(['label', 'namespace', foreign, 'app.kubernetes.io/managed-by=Helm', '--overwrite']);
    try {
      const found = (await collector.find()).filter(({ name }) => name.startsWith(test.namespace));
      expect(found).toEqual([
        { name: `${old} (${target.kubeContext})`, reason: expect.stringContaining('2h'), namespace: old },
      ]);
      // Used again between the look and the removal.
      test.kubectl(['annotate', '--overwrite', 'namespace', old, `nx-slipway.io/used-at=${new Date().toISOString()}`]);
      await collector.remove(found[0]!);
      expect(phaseOf(old)).toBe('Active');
      test.kubectl(['annotate', '--overwrite', 'namespace', old, 'nx-slipway.io/used-at=2020-01-01T00:00:00Z']);
      await collector.remove(found[0]!);
      expect(phaseOf(old)).not.toBe('Active');
      expect([phaseOf(used), phaseOf(foreign)]).toEqual(['Active', 'Active']);
    } finally {
      test.kubectl(['delete', 'namespace', old, used, foreign, '--ignore-not-found', '--wait=false']);
    }
  });

  it('removes names of images that no object names, from every node', async () => {
    const hex = (digit: string): string => digit.repeat(12) + process.pid.toString(16).padStart(12, '0');
    const unused = `localhost/sliptest-gc:i-${hex('a')}`;
    const named = `localhost/sliptest-gc:i-${hex('b')}`;
    const nodes = test.listNodes();
    const ctr = async (...args: string[]): Promise<string[]> => {
      const results = await Promise.all(
        nodes.map((node) => node.exec(['ctr', '--namespace=k8s.io', 'images', ...args])),
      );
      expect(results.map(({ status }) => status)).toEqual(nodes.map(() => 'ok'));
      return results.map(({ stdout }) => stdout);
    };
    await ctr('tag', '--force', TEST_IMAGE, unused, named);
    test.kubectl(['create', 'deployment', 'named', `--image=${named}`, '--replicas=0', '--', 'sleep', '600']);
    const { api } = test.edge();
    const ground = { name: test.cluster.name, engine: 'podman' as const, api, listNodes: () => Promise.resolve(nodes) };
    const collector = createNodeImageCollector(ground);
    const found = (await collector.find()).filter(({ image }) => image.startsWith('localhost/sliptest-gc:'));
    expect(found.map(({ image }) => image)).toEqual([unused]);
    await collector.remove(found[0]!);
    for (const list of await ctr('ls', '-q')) {
      expect(list).not.toContain(unused);
      expect(list).toContain(named);
      expect(list).toContain(TEST_IMAGE);
    }
    await collector.remove({ ...found[0]!, image: named });
    for (const list of await ctr('ls', '-q')) expect(list).toContain(named);
    await ctr('rm', named);
  });

  function phaseOf(namespace: string): string {
    return test.kubectl(['get', 'namespace', namespace, '--ignore-not-found', '-o', 'jsonpath={.status.phase}']);
  }
});
