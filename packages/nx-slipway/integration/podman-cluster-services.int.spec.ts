import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import {
  fetchCommand,
  describeWithPodman,
  openTestCluster,
  podman,
  webDeployment,
  webService,
} from './podman-test-cluster';

describeWithPodman('Services of the podman cluster', () => {
  const test = openTestCluster('services');

  beforeAll(async () => {
    await test.cluster.up();
  });
  afterAll(() => test.close());

  const fetchFrom = (pod: string, host: string, port: number): string => test.exec(pod, ...fetchCommand(host, port));
  const http = 'ports: [{ name: http, port: 80, targetPort: http }]';

  it('reach port 80 that maps to 8080, by all four names, from another pod and from the pod itself', async () => {
    await test.deploy('web', `${webDeployment()}---${webService(http)}`);
    await test.deploy('client', webDeployment({ name: 'client' }));
    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local']) {
      expect(fetchFrom('client-0', name, 80)).toContain('hello from web-0');
    }
    expect(fetchFrom('web-0', 'web', 80)).toContain('hello from web-0');
    expect(fetchFrom('client-0', 'web', 8080)).toContain('hello from web-0');
  });

  it('of a later deploy select pods that are there, without touching them', async () => {
    const before = podman('inspect', '--format', '{{.Id}}', test.podmanName('web-0', 'app'));
    await test.deploy('alias', webService('ports: [{ port: 81, targetPort: 8080 }]', 'alias', 'web'));
    expect(fetchFrom('client-0', 'alias', 81)).toContain('hello from web-0');
    expect(fetchFrom('client-0', 'web', 80)).toContain('hello from web-0');
    expect(podman('inspect', '--format', '{{.Id}}', test.podmanName('web-0', 'app'))).toBe(before);
  });

  it('answer at a NodePort on 127.0.0.1, which is in the endpoints', async () => {
    const report = await test.deploy(
      'node',
      `${webDeployment({ name: 'node' })}---${webService(`type: NodePort, ${http}`, 'node')}`,
    );
    expect(report.endpoints).toEqual([
      {
        namespace: 'default',
        service: 'node',
        portName: 'http',
        port: 80,
        scheme: 'http',
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3\d{4}$/),
      },
    ]);
    const url = report.endpoints[0]?.url ?? '';
    expect(await (await fetch(url)).text()).toContain('hello from node-0');
    const again = await test.deploy(
      'node',
      `${webDeployment({ name: 'node', greeting: 'hi' })}---${webService(`type: NodePort, ${http}`, 'node')}`,
    );
    expect(again.endpoints).toEqual(report.endpoints);
    expect(await (await fetch(url)).text()).toContain('hi from node-0');
  });

  it('with a fixed NodePort that is taken fail before anything is created', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    const yaml = `${webDeployment({ name: 'taken' })}---${webService(`type: NodePort, ports: [{ port: 80, targetPort: 8080, nodePort: ${port} }]`, 'taken')}`;
    await expect(test.deploy('taken', yaml)).rejects.toMatchObject({
      code: 'CLUSTER_PORT_IN_USE',
      message: expect.stringContaining(`Port ${port} of 127.0.0.1`),
    });
    expect(podman('ps', '--all', '--format', '{{.Names}}')).not.toContain(test.podmanName('taken-0'));
    await new Promise((resolve) => server.close(resolve));
    await test.deploy('taken', yaml);
    await expect(test.deploy('second', yaml.replaceAll('taken', 'second'))).rejects.toMatchObject({
      code: 'CLUSTER_PORT_IN_USE',
      message: expect.stringContaining('default/taken/80'),
    });
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain('hello from taken-0');
  });

  it('that are headless give each pod of a StatefulSet a stable name, kept when it is replaced', async () => {
    const statefulSet = (greeting: string): string =>
      webDeployment({ name: 'db', replicas: 2, greeting })
        .replace('kind: Deployment', 'kind: StatefulSet')
        .replace('replicas: 2', 'replicas: 2\n  serviceName: db');
    const service = webService('clusterIP: None, ports: [{ port: 8080 }]', 'db');
    await test.deploy('db', `${statefulSet('one')}---${service}`);
    expect(fetchFrom('client-0', 'db-0.db', 8080)).toContain('one from db-0');
    expect(fetchFrom('client-0', 'db-1.db.default.svc.cluster.local', 8080)).toContain('one from db-1');
    await test.deploy('db', `${statefulSet('two')}---${service}`);
    expect(fetchFrom('client-0', 'db-1.db', 8080)).toContain('two from db-1');
    expect(test.exec('client-0', 'getent', 'ahostsv4', 'db').match(/STREAM/g)).toHaveLength(2);
  });

  it('leave a pod the DNS servers of this machine for all other names', () => {
    expect(test.exec('client-0', 'cat', '/etc/resolv.conf')).toMatch(/nameserver \S+/);
  });

  it('leave nothing behind when the cluster goes down: no container, network, volume, folder or rule', async () => {
    const { endpoints } = await test.deploy(
      'node',
      `${webDeployment({ name: 'node' })}---${webService(`type: NodePort, ${http}`, 'node')}`,
    );
    const port = new URL(endpoints[0]?.url ?? '').port;
    const { removed } = await test.cluster.down();
    expect(removed).toEqual(expect.arrayContaining([`pod ${test.podmanName('node-0')}`, `network ${test.name}`]));
    expect(test.listLeftovers()).toEqual([]);
    expect(existsSync(`${test.machineStore}/clusters/${test.name}`)).toBe(false);
    expect(natRules()).not.toContain(port);
    expect((await test.cluster.down()).removed).toEqual([]);
  });
});

function natRules(): string {
  return execFileSync('iptables', ['-t', 'nat', '-S'], { encoding: 'utf8' });
}
