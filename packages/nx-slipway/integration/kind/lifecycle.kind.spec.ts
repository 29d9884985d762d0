import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKindCluster, type KindOptions } from '../../src/clusters/kind/open-kind-cluster';
import type { Cluster } from '../../src/clusters/cluster';
import type { KubernetesProvider } from '../../src/clusters/kubernetes/kubernetes-provider';
import { parseObjects } from '../../src/clusters/podman/testing/parse-objects';
import { createProcessRunner } from '../../src/exec/execa-runner';
import type { Tools } from '../../src/exec/tools';
import { openImageStore } from '../../src/executors/open-image-store';
import { openKubernetesCluster, wireNodes } from '../../src/executors/open-kubernetes-cluster';
import type { TaskPlace } from '../../src/executors/task-place';
import { RegistryLab } from '../registry-lab';
import { openTestApi, testTools, until } from './kind-test-cluster';
import { openRegistryGateway, type RegistryGateway } from './registry-gateway';
import { deleteTestCluster, NODE_IMAGE, TEST_CLUSTER_PREFIX, TEST_IMAGE } from './shared-cluster';
import { ctr, openTransportLab, type TransportLab } from './transport-lab';

const TWO_NODES = {
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  nodes: [{ role: 'control-plane' }, { role: 'worker' }],
};

describe('The life of a kind cluster', () => {
  const name = `${TEST_CLUSTER_PREFIX}${process.pid}-life`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const usersKubeconfig = join(folder, 'users-kubeconfig');
  const lines: string[] = [];
  const commands: string[] = [];
  const env: NodeJS.ProcessEnv = { ...process.env, KUBECONFIG: usersKubeconfig };
  const tools: Tools = {
    ...testTools(lines),
    env,
    runner: {
      run: (command, args, options) => {
        commands.push([command, ...args.slice(0, 2)].join(' '));
        return createProcessRunner().run(command, args, options);
      },
    },
  };
  const place = { workspaceRoot: folder, machineStore: join(folder, 'store') };
  const settings: KindOptions = { config: 'kind.json', nodeImage: NODE_IMAGE };
  let lab: TransportLab;
  let registry: RegistryLab;
  let gateway: RegistryGateway;
  const registryOption = () => ({ repository: `${registry.host}/team`, endpoint: gateway.endpoint });
  const open = (kind: KindOptions = {}, overrides: Partial<Tools> = {}): KubernetesProvider =>
    openKindCluster({
      name,
      engine: 'podman',
      ...place,
      kind: { ...settings, ...kind },
      registryWiring: wireNodes(registryOption()),
      openApi: (target) => openTestApi(target, tools),
      tools: { ...tools, ...overrides },
    });
  /** The same cluster, as the targets of a project have it. */
  const openWhole = (): Cluster =>
    openKubernetesCluster({
      choice: { provider: 'kind', transport: 'registry', registry: registryOption(), kind: settings },
      ...{ name, tools, place: place as Partial<TaskPlace> as TaskPlace, images: openImageStore('podman', tools) },
    });
  const podman = (...args: string[]): string => execFileSync('podman', args, { encoding: 'utf8', timeout: 60_000 });
  const listContainers = (): string[] =>
    podman('ps', '--all', '--filter', `label=io.x-k8s.kind.cluster=${name}`, '--format', '{{.Names}}')
      .split('\n')
      .filter(Boolean)
      .toSorted();
  const listVolumes = (): string[] => podman('volume', 'ls', '--quiet').split('\n').filter(Boolean);
  const worker = `${name}-worker`;
  const controlPlane = `${name}-control-plane`;

  beforeAll(async () => {
    writeFileSync(join(folder, 'kind.json'), JSON.stringify(TWO_NODES));
    lab = openTransportLab();
    registry = await RegistryLab.start();
    gateway = await openRegistryGateway(registry.host);
    Object.assign(env, registry.env);
  });
  afterAll(async () => {
    deleteTestCluster(name);
    gateway?.close();
    await registry?.stop();
    await lab?.dispose([]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not there before it was started', async () => {
    for (const ask of [() => open().resolveTarget(), () => open().version(), () => open().listNodes()]) {
      await expect(ask()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
    }
    expect(await open().down()).toEqual({ removed: [] });
  });

  it('is made once when it is started twice at once, with a kubeconfig of its own', async () => {
    const outcomes = await Promise.all([open().up(), openWhole().up()]);
    expect(outcomes.map(({ change }) => change).toSorted()).toEqual(['created', 'unchanged']);
    expect(outcomes.map(({ version }) => version)).toEqual(['v1.34.4', 'v1.34.4']);
    expect(commands.filter((command) => command === 'kind create cluster')).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('CLUSTER_KIND_CONFIG_CHANGED');
    expect(existsSync(usersKubeconfig)).toBe(false);
    const target = await open().resolveTarget();
    expect(target).toEqual({
      kubeconfig: expect.stringContaining(join(folder, 'store')),
      kubeContext: `kind-${name}`,
      namespace: 'default',
    });
    expect(statSync(target.kubeconfig).mode & 0o077).toBe(0);
    const nodes = await open().listNodes();
    expect(nodes.map((node) => node.name)).toEqual([controlPlane, worker]);
    expect((await nodes[1]!.exec(['hostname'])).stdout).toBe(`${worker}\n`);
  }, 400_000);

  it('pulls from the registry that its nodes were told of when it was made', async () => {
    const dockerfile = 'FROM scratch\nCOPY catatonit /\nCMD ["/catatonit", "-P"]';
    const app = await lab.build('app', dockerfile, { files: { catatonit: '/usr/bin/catatonit' } });
    const cluster = openWhole();
    expect(await cluster.loadImages([app])).toMatchObject([{ status: 'loaded' }]);
    const reference = cluster.referenceOf(app);
    const objects = parseObjects(renderDaemonSet(reference));
    const images = new Map([[reference, app]]);
    const { changes } = await cluster.deploy({ owner: 'app', objects, images, timeoutMs: 120_000 });
    expect(changes).toMatchObject([{ kind: 'DaemonSet', change: 'created' }]);
    for (const node of await open().listNodes()) {
      expect((await ctr(node, 'images', 'ls', '-q')).split('\n')).toContain(reference);
    }
  }, 180_000);

  it('is only looked at when it runs: no kind, no kubectl, one call to podman', async () => {
    commands.splice(0);
    expect(await open().up()).toEqual({ change: 'unchanged', version: 'v1.34.4' });
    expect(commands).toEqual(['podman ps --all']);
  });

  it('takes its kubeconfig from the cluster again where that is lost', async () => {
    const { kubeconfig } = await open().resolveTarget();
    const before = readFileSync(kubeconfig, 'utf8');
    rmSync(kubeconfig);
    await expect(open().resolveTarget()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
    expect((await open().up()).change).toBe('unchanged');
    expect(readFileSync(kubeconfig, 'utf8')).toBe(before);
  });

  it('says that it was made with other settings', async () => {
    expect((await open({ nodeImage: 'docker.io/kindest/node:v9' }).up()).change).toBe('unchanged');
    expect(lines.join('\n')).toContain('CLUSTER_KIND_CONFIG_CHANGED');
  });

  it('starts nodes that were stopped, as a reboot stops them', async () => {
    podman('stop', '--time', '1', controlPlane, worker);
    const { change } = await open().up();
    expect(change).toBe('created');
    const { kubeconfig } = await open().resolveTarget();
    const list = execFileSync('kubectl', ['--kubeconfig', kubeconfig, 'get', 'nodes', '--no-headers'], {
      encoding: 'utf8',
    });
    expect(list.split('\n').filter((line) => / Ready /.test(line))).toHaveLength(2);
    expect(commands.filter((command) => command === 'kind create cluster')).toHaveLength(0);
  }, 400_000);

  it('is broken when a node was removed behind our back: an error that names it', async () => {
    podman('rm', '--force', '--volumes', '--time', '0', worker);
    await expect(open().up()).rejects.toMatchObject({
      code: 'CLUSTER_KIND_BROKEN',
      message: expect.stringContaining(`the node ${worker} is gone`),
    });
    expect(listContainers()).toEqual([controlPlane]);
  });

  it('is made anew then where "recreate" asks for it; "down" waits for "up", and leaves nothing', async () => {
    const up = open({ recreate: true }).up();
    await until('a cluster is being made', () => commands.includes('kind create cluster'), 120_000);
    const down = open().down();
    expect((await up).change).toBe('created');
    expect(lines.join('\n')).toContain('CLUSTER_KIND_RECREATED');
    const { removed } = await down;
    expect(removed).toEqual([
      `node ${controlPlane}`,
      `node ${worker}`,
      `folder ${join(folder, 'store', 'kind', 'podman', name)}`,
    ]);
    expect(listContainers()).toEqual([]);
    expect(existsSync(join(folder, 'store', 'kind', 'podman', name))).toBe(false);
    await expect(open().resolveTarget()).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
  }, 400_000);

  it('leaves nothing where its start is cancelled', async () => {
    const cancellation = new AbortController();
    const up = open({}, { signal: cancellation.signal }).up();
    const outcome = expect(up).rejects.toThrow('Ctrl-C');
    await until('the first node is there', () => listContainers().includes(controlPlane), 120_000);
    const mounts = podman('inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', controlPlane);
    cancellation.abort(new Error('Ctrl-C'));
    await outcome;
    expect(listContainers()).toEqual([]);
    const [volume] = mounts.split(' ').filter(Boolean);
    expect(volume).toMatch(/^[0-9a-f]{64}$/);
    expect(listVolumes()).not.toContain(volume);
    expect(existsSync(join(folder, 'store', 'kind', 'podman', name))).toBe(false);
  }, 400_000);

  it('is not touched where somebody else made one of that name', async () => {
    const label = `io.x-k8s.kind.cluster=${name}`;
    podman('run', '--detach', '--label', label, '--name', controlPlane, TEST_IMAGE, 'sleep', '600');
    try {
      for (const attempt of [() => open().up(), () => open({ recreate: true }).up(), () => open().down()]) {
        await expect(attempt()).rejects.toMatchObject({
          code: 'CLUSTER_KIND_NAME_TAKEN',
          message: expect.stringContaining(controlPlane),
        });
      }
      expect(listContainers()).toEqual([controlPlane]);
    } finally {
      podman('rm', '--force', '--time', '0', controlPlane);
    }
  });

  it('says that kind is missing, and that an engine is none of its own', async () => {
    const runner: Tools['runner'] = {
      run: async (command, args, options) => {
        const env = command === 'kind' ? { PATH: folder } : {};
        return createProcessRunner().run(command, args, { ...options, env: { ...options?.env, ...env } });
      },
    };
    await expect(open({}, { runner }).up()).rejects.toMatchObject({ code: 'CLUSTER_KIND_NOT_FOUND' });
    const env = { ...tools.env, KIND_EXPERIMENTAL_PROVIDER: 'nerdctl' };
    expect(() => open({}, { env })).toThrow(
      expect.objectContaining({ code: 'CLUSTER_KIND_ENGINE_UNSUPPORTED' }) as Error,
    );
    await expect(open({ config: 'missing.yaml' }).up()).rejects.toMatchObject({ code: 'CONFIG_KIND_CONFIG_INVALID' });
  });
});

/** A pod on each node. */
const renderDaemonSet = (image: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: app }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      terminationGracePeriodSeconds: 0
      tolerations: [{ operator: Exists }]
      containers: [{ name: app, image: "${image}" }]
`;
