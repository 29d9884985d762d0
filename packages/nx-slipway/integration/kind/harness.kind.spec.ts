import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateInotifyNeed, readInotifyUse } from '../../src/clusters/kind/inotify-instances';
import { openTestNamespace, TEST_IMAGE, until, type TestNamespace } from './kind-test-cluster';
import { NODE_IMAGE, renderTestConfig } from './shared-cluster';

describe('The cluster that all of this suite shares', () => {
  let test: TestNamespace;
  beforeAll(() => {
    test = openTestNamespace('harness');
  });
  afterAll(() => test.close());

  it('has two nodes that run pods of the test image', () => {
    const nodes = test.listNodes();
    expect(nodes.map(({ name }) => name)).toEqual([
      `${test.cluster.name}-control-plane`,
      `${test.cluster.name}-worker`,
    ]);
    for (const { name } of nodes) {
      test.kubectl(['run', name, `--image=${TEST_IMAGE}`, '--overrides', JSON.stringify({ spec: { nodeName: name } }), '--', 'sleep', '300']); // prettier-ignore
    }
    for (const { name } of nodes) {
      test.kubectl(['wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
      expect(test.kubectl(['exec', name, '--', 'hostname'])).toBe(`${name}\n`);
    }
  });

  it('has the node image that nx.json names for the example system', () => {
    const { plugins } = JSON.parse(readFileSync(join(__dirname, '../../../../nx.json'), 'utf8')) as {
      plugins: { options: { cluster: { kind: { nodeImage: string } } } }[];
    };
    expect(plugins[0]?.options.cluster.kind.nodeImage).toBe(NODE_IMAGE);
  });

  it('gives what the parts of a Kubernetes cluster work with', async () => {
    const { api, kubectl } = test.edge();
    expect(await api.get(`/api/v1/namespaces/${test.namespace}`)).toMatchObject({
      status: 'ok',
      body: { metadata: { name: test.namespace } },
    });
    expect((await api.get('/api/v1/namespaces/no-such')).status).toBe('refused');
    expect((await kubectl.run(['get', 'pods', '-o', 'name'])).stdout).toContain(`pod/${test.cluster.name}-worker`);
    const { stdout } = await test.listNodes()[1]!.exec(['cat'], { input: 'through the node' });
    expect(stdout).toBe('through the node');
  });

  it('holds the inotify instances that a machine without enough of them is told of', async () => {
    const use = await readInotifyUse();
    expect(use?.limit).toBe(Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8')));
    // Others of this machine come on top, and controllers that start again may be short of a few.
    expect(use?.used).toBeGreaterThan(0.75 * estimateInotifyNeed(renderTestConfig(1)));
  });

  it('keeps the data of a claim of the default class when its pod is replaced, and removes them with the claim', async () => {
    const volume = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
    const pod = (command: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
          },
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'writer' },
            spec: {
              restartPolicy: 'Never',
              containers: [
                {
                  name: 'app',
                  image: TEST_IMAGE,
                  command: ['sh', '-c', command],
                  volumeMounts: [{ name: 'data', mountPath: '/data' }],
                },
              ],
              volumes: [volume],
            },
          },
        ],
      });
    const run = async (command: string): Promise<string> => {
      test.kubectl(['apply', '-f', '-'], pod(command));
      await until('the pod has ended', () =>
        test.kubectl(['get', 'pod', 'writer', '-o', 'jsonpath={.status.phase}']).startsWith('Succeeded'),
      );
      const log = test.kubectl(['logs', 'writer']);
      test.kubectl(['delete', 'pod', 'writer', '--now']);
      return log;
    };
    await run('echo kept > /data/file');
    expect(await run('cat /data/file')).toBe('kept\n');
    const name = test.kubectl(['get', 'persistentvolumeclaim', 'data', '-o', 'jsonpath={.spec.volumeName}']);
    test.kubectl(['delete', 'persistentvolumeclaim', 'data']);
    await until(
      'the volume is removed',
      () => test.kubectl(['get', 'persistentvolume', name, '--ignore-not-found']) === '',
    );
  });
});
