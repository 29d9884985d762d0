import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Endpoint, OpenedEndpoints } from '../../src/artifact/endpoint';
import { openKubernetesEndpoints } from '../../src/clusters/kubernetes/endpoints/open-kubernetes-endpoints';
import { createKubeApi } from '../../src/clusters/kubernetes/kube-api/create-kube-api';
import { openTestNamespace, TEST_IMAGE, until, type TestNamespace } from './kind-test-cluster';

/** Answers with its pod's name and the length of what it was sent; `GET /long` is answered with 3 MiB. */
const SERVER = [
  'use IO::Socket::INET; $SIG{CHLD}="IGNORE"; my $s=IO::Socket::INET->new(LocalPort=>8080,Listen=>50,ReuseAddr=>1) or die;',
  'while (my $c=$s->accept) { next if fork; my ($l,$h)=(0,""); while (<$c>) { $h.=$_; $l=$1 if /^content-length: (\\d+)/i; last if /^\\r?\\n$/ }',
  'my $got=0; while ($got<$l) { my $n=read($c,my $x,$l-$got) or last; $got+=$n }',
  'my $b=$h=~m{^GET /long} ? "x"x3145728 : "$ENV{HOSTNAME} got $got"; print $c "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ".length($b)."\\r\\n\\r\\n$b"; close $c; exit }',
].join(' ');

const MANIFEST = (): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [
                {
                  name: 'app',
                  image: TEST_IMAGE,
                  imagePullPolicy: 'IfNotPresent',
                  command: ['perl', '-e', SERVER],
                  ports: [{ name: 'http', containerPort: 8080 }],
                  readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
                },
              ],
            },
          },
        },
      },
      ...['web', 'nothing'].map((name) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { type: 'NodePort', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
      })),
    ],
  });

describe('Endpoints on real Kubernetes', () => {
  let test: TestNamespace;
  let opened: OpenedEndpoints;
  const endpoint = (service: string): Endpoint => ({
    namespace: test.namespace,
    service,
    portName: 'http',
    port: 80,
    scheme: 'http',
    url: null,
  });
  const ask = async (path = '/', options: RequestInit = {}): Promise<string> =>
    (await fetch(`${opened.endpoints[0]?.url ?? ''}${path}`, options)).text();
  const podName = (): string =>
    test.kubectl(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}']);

  beforeAll(async () => {
    test = openTestNamespace('endpoints');
    test.kubectl(['apply', '-f', '-'], MANIFEST());
    // The pod is not ready yet: that it answers is waited for.
    opened = await openKubernetesEndpoints([endpoint('web')], test.edge());
  });
  afterAll(async () => {
    await opened?.close();
    test.close();
  });

  it('lead to a ready pod of the Service, both ways and side by side', async () => {
    expect(opened.endpoints).toEqual([
      { ...endpoint('web'), url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    ]);
    const body = 'y'.repeat(2 * 1024 * 1024);
    const answers = await Promise.all([ask(), ask('/', { method: 'POST', body }), ask('/long'), ask()]);
    const pod = podName();
    expect(answers[0]).toBe(`${pod} got 0`);
    expect(answers[1]).toBe(`${pod} got ${body.length}`);
    expect(answers[2]).toBe('x'.repeat(3 * 1024 * 1024));
    expect(answers[3]).toBe(`${pod} got 0`);
  });

  it('keep their port when the pod is replaced, and lead to the new one', async () => {
    const before = podName();
    test.kubectl(['delete', 'pod', before, '--now']);
    const answer = await until('the new pod answers', () => ask().catch(() => undefined));
    expect(answer).toMatch(/^web-\S+ got 0$/);
    expect(answer).not.toContain(before);
  });

  it('reset connections while no pod is ready, as a Service does', async () => {
    test.kubectl(['scale', 'deployment/web', '--replicas=0']);
    await until('the pod is gone', () => podName() === '');
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    test.kubectl(['scale', 'deployment/web', '--replicas=1']);
    expect(await until('a pod answers', () => ask().catch(() => undefined))).toMatch(/^web-\S+ got 0$/);
  });

  it('that never answer are an error that says why', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) };
    await expect(
      openKubernetesEndpoints([endpoint('web'), endpoint('nothing')], test.edge({ clock })),
    ).rejects.toMatchObject({
      code: 'E2E_ENDPOINT_UNREACHABLE',
      message: expect.stringMatching(
        /port 80 of the Service \S+\/nothing was not reached within 30 s: none of its 0 pods is ready\./,
      ),
    });
  });

  it('are opened through kubectl where only kubectl can authenticate, and leave nothing', async () => {
    const edge = test.edge();
    const config = parse(readFileSync(edge.target.kubeconfig, 'utf8')) as { users: { user: Record<string, string> }[] };
    const [{ user }] = config.users as [{ user: Record<string, string> }];
    const decoded = (name: string): string => Buffer.from(user[name] ?? '', 'base64').toString('utf8');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { clientCertificateData: decoded('client-certificate-data'), clientKeyData: decoded('client-key-data') },
    };
    const exec = {
      apiVersion: credential.apiVersion,
      command: 'echo',
      args: [JSON.stringify(credential)],
      interactiveMode: 'Never',
    };
    config.users = [{ ...config.users[0], user: { exec } as unknown as Record<string, string> }];
    const kubeconfig = join(edge.machineStore, 'kubeconfig-with-plugin');
    writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
    const target = { ...edge.target, kubeconfig };
    const through = await openKubernetesEndpoints([endpoint('web')], {
      ...edge,
      target,
      api: createKubeApi({ target, kubectl: edge.kubectl, tools: edge.tools }),
    });
    expect(await (await fetch(through.endpoints[0]?.url ?? '')).text()).toMatch(/^web-\S+ got 0$/);
    await through.close();
    await expect(fetch(through.endpoints[0]?.url ?? '')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('are closed for good, and their port is free', async () => {
    const url = new URL(opened.endpoints[0]?.url ?? '');
    await opened.close();
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(Number(url.port), '127.0.0.1', resolve);
    });
    server.close();
  });
});
