import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExistingCluster } from '../../src/clusters/existing/open-existing-cluster';
import type { ExistingClusterOptions } from '../../src/clusters/existing/existing-cluster-tools';
import { createKubectl } from '../../src/clusters/kubernetes/kubectl';
import type { KubernetesProvider } from '../../src/clusters/kubernetes/kubernetes-provider';
import type { NamespaceTools } from '../../src/clusters/kubernetes/namespaces/ensure-namespace';
import { createProcessRunner } from '../../src/exec/execa-runner';
import type { Tools } from '../../src/exec/tools';
import { openTestApi, openTestNamespace, testTools, until, type TestNamespace } from './kind-test-cluster';

describe('An existing cluster', () => {
  let test: TestNamespace;
  let target: string;
  const folder = mkdtempSync(join(tmpdir(), 'sliptest-existing-'));
  const usersKubeconfig = join(folder, 'users kubeconfig');
  const machineStore = join(folder, 'store');
  const commands: string[] = [];
  const requests: string[] = [];
  const lines: string[] = [];
  const tools: Tools = {
    ...testTools(lines),
    env: { ...process.env, KUBECONFIG: usersKubeconfig },
    runner: {
      run: (command, args, options) => {
        commands.push([command, ...args].join(' '));
        return createProcessRunner().run(command, args, options);
      },
    },
  };
  const open = (options: Partial<ExistingClusterOptions> = {}) =>
    openExistingCluster({
      name: 'shared',
      machineStore,
      allowedKubeContexts: ['kind-*'],
      namespace: () => ({ namespace: target, workspace: 'shop', user: 'ada', timeToLive: '2d' }),
      openApi: (of) => {
        const api = openTestApi(of, tools);
        return { get: (path) => (requests.push(path), api.get(path)) };
      },
      tools,
      ...options,
    });
  const openPinned = async (cluster: KubernetesProvider): Promise<NamespaceTools> => {
    const pinned = await cluster.resolveTarget();
    return { api: openTestApi(pinned, tools), kubectl: createKubectl(pinned, tools), tools };
  };
  const ensureNamespace = async (cluster: KubernetesProvider = open()): Promise<void> =>
    cluster.ensureNamespace(await openPinned(cluster));
  const config = (...args: string[]): string =>
    execFileSync('kubectl', ['config', '--kubeconfig', usersKubeconfig, ...args], { encoding: 'utf8' });
  const context = (): string => `kind-${test.cluster.name}`;
  const readNamespace = (
    name: string,
  ): { metadata: { labels: object; annotations?: object; resourceVersion: string } } =>
    JSON.parse(test.kubectl(['get', 'namespace', name, '-o', 'json'])) as never;

  beforeAll(() => {
    test = openTestNamespace('existing');
    target = `${test.namespace}-made`;
  });
  beforeEach(() => {
    writeFileSync(usersKubeconfig, readFileSync(test.cluster.kubeconfig));
    rmSync(machineStore, { recursive: true, force: true });
    commands.splice(0);
    requests.splice(0);
  });
  afterAll(() => {
    test.kubectl(['delete', 'namespace', target, '--ignore-not-found', '--wait=false']);
    test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is refused by default: the error names what was found, nothing is sent, no key is read', async () => {
    const server = config('view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}');
    for (const allowedKubeContexts of [[], ['k3d-*', 'minikube']]) {
      await expect(open({ allowedKubeContexts }).up()).rejects.toMatchObject({
        code: 'CLUSTER_CONTEXT_NOT_ALLOWED',
        message: expect.stringMatching(new RegExp(`"${context()}" \\(server ${server}; the current one`)),
      });
    }
    expect(requests).toEqual([]);
    expect(commands.join()).not.toContain('--raw');
    expect(existsSync(machineStore)).toBe(false);
  });

  it('is pinned by up: the same kube context, server and credentials whatever the kubeconfig says later', async () => {
    await expect(open().resolveTarget()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
    expect(await open().up()).toEqual({ change: 'unchanged', version: 'v1.34.4' });
    const pinned = await open().resolveTarget();
    expect(pinned).toMatchObject({ kubeContext: context(), namespace: target });
    expect(statSync(pinned.kubeconfig).mode & 0o077).toBe(0);

    config('set-context', 'kind-other', '--cluster', `kind-${test.cluster.name}`, '--user', context());
    config('use-context', 'kind-other');
    config('set-cluster', `kind-${test.cluster.name}`, '--server', 'https://127.0.0.1:1');
    commands.splice(0);
    expect(await open().resolveTarget()).toEqual(pinned);
    expect(await open().version()).toBe('v1.34.4');
    expect(commands).toEqual([]);
    const { stdout } = await createKubectl(pinned, tools).run(['get', 'namespace', test.namespace, '-o', 'name']);
    expect(stdout).toBe(`namespace/${test.namespace}\n`);
    // The next `up` sees the change.
    await expect(open().up()).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
    await expect(open().resolveTarget()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
  });

  it('is not used any more once the options say another, or do not allow it', async () => {
    await open().up();
    await expect(open({ kubeContext: 'kind-other' }).resolveTarget()).rejects.toMatchObject({
      code: 'CLUSTER_CONTEXT_CHANGED',
    });
    for (const ask of ['resolveTarget', 'version', 'listNodes', 'down'] as const) {
      await expect(open({ allowedKubeContexts: [] })[ask]()).rejects.toMatchObject({
        code: 'CLUSTER_CONTEXT_NOT_ALLOWED',
      });
    }
    await expect(open({ allowedKubeContexts: [] }).ensureNamespace(test.edge())).rejects.toMatchObject({
      code: 'CLUSTER_CONTEXT_NOT_ALLOWED',
    });
  });

  it('names what there is where the wanted kube context is not', async () => {
    await expect(open({ kubeContext: 'kind-missing' }).up()).rejects.toMatchObject({
      code: 'CLUSTER_CONTEXT_UNKNOWN',
      message: expect.stringContaining(`It has: ${context()}`),
    });
  });

  it('tells that a client certificate has expired, and when, without asking the server', async () => {
    const file = (name: string): string => join(folder, name);
    const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', file('key'), '-out', file('csr')];
    openssl('req', ...key, '-subj', '/CN=ada');
    const node = test.listNodes()[0]!;
    for (const name of ['ca.crt', 'ca.key']) {
      writeFileSync(file(name), (await node.exec(['cat', `/etc/kubernetes/pki/${name}`])).stdout);
    }
    writeFileSync(file('index'), '');
    writeFileSync(
      file('ca.conf'),
      `[ca]\ndefault_ca = c\n[c]\ndatabase = ${file('index')}\nnew_certs_dir = ${folder}\nrand_serial = yes\ndefault_md = sha256\npolicy = p\n[p]\ncommonName = supplied\n`,
    );
    const dates = ['-startdate', '20240101000000Z', '-enddate', '20240102000000Z'];
    const ca = ['-cert', file('ca.crt'), '-keyfile', file('ca.key'), '-in', file('csr'), '-out', file('crt')];
    openssl('ca', '-batch', '-notext', '-config', file('ca.conf'), ...dates, ...ca);
    const credentials = ['--client-certificate', file('crt'), '--client-key', file('key')];
    config('set-credentials', context(), ...credentials, '--embed-certs');
    await expect(open().up()).rejects.toMatchObject({
      code: 'CLUSTER_CREDENTIALS_EXPIRED',
      message: expect.stringContaining('2024-01-02T00:00:00.000Z'),
    });
    expect(requests).toEqual([]);
  });

  it('tells that the server refuses the credentials', async () => {
    config('delete-user', context());
    config('set-credentials', context(), '--token', 'no-such-token');
    await expect(open().up()).rejects.toMatchObject({ code: 'CLUSTER_CREDENTIALS_REJECTED' });
    await expect(open().resolveTarget()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
  });

  it('gets a namespace of its own, marked with owner and time to live, which down removes', async () => {
    await open().up();
    await ensureNamespace();
    const made = readNamespace(target);
    expect(made.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'nx-slipway',
      'nx-slipway.io/workspace': 'shop',
      'nx-slipway.io/user': 'ada',
    });
    expect(made.metadata.annotations).toMatchObject({ 'nx-slipway.io/time-to-live': '2d' });
    await ensureNamespace();
    expect(readNamespace(target).metadata.resourceVersion).toBe(made.metadata.resourceVersion);

    test.kubectl(['annotate', '--overwrite', 'namespace', target, 'nx-slipway.io/used-at=2020-01-01T00:00:00Z']);
    await ensureNamespace();
    const used = readNamespace(target).metadata.annotations as Record<string, string>;
    expect(Date.parse(used['nx-slipway.io/used-at'] ?? '')).toBeGreaterThan(Date.now() - 600_000);

    const others = open({
      namespace: () => ({ namespace: target, workspace: 'other', user: 'eve', timeToLive: '1d' }),
    });
    await expect(ensureNamespace(others)).rejects.toMatchObject({ code: 'CLUSTER_NAMESPACE_FOREIGN' });

    const { removed } = await open().down();
    expect(removed).toEqual([
      `namespace ${target} of the kube context ${context()}`,
      `folder ${join(machineStore, 'existing', 'shared')}`,
    ]);
    expect(test.kubectl(['get', 'namespace', target, '--ignore-not-found'])).toBe('');
    expect(readdirSync(join(machineStore, 'existing'))).toEqual([]);
  });

  it('uses a namespace that somebody else made as it is, and leaves it', async () => {
    const before = readNamespace(test.namespace);
    const theirs = open({
      namespace: () => ({ namespace: test.namespace, workspace: 'shop', user: 'ada', timeToLive: '1h' }),
    });
    await theirs.up();
    await ensureNamespace(theirs);
    expect(await theirs.down()).toEqual({ removed: [`folder ${join(machineStore, 'existing', 'shared')}`] });
    expect(readNamespace(test.namespace)).toEqual(before);
  });

  it('waits for a namespace that is being removed, and makes it anew', async () => {
    await open().up();
    await ensureNamespace();
    const pod = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['nx-slipway.io/test'] } };
    test.kubectl(['create', '--namespace', target, '-f', '-'], JSON.stringify(pod));
    test.kubectl(['delete', 'namespace', target, '--wait=false']);
    const ensured = ensureNamespace();
    await until('it is waited for', () => lines.some((line) => line.includes('which is being removed')));
    test.kubectl(['patch', '--namespace', target, 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":[]}}']); // prettier-ignore
    await ensured;
    expect(test.kubectl(['get', 'namespace', target, '-o', 'jsonpath={.status.phase}'])).toBe('Active');
  });
});
