import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfirmedDeploy, DeployNote } from '../src/clusters/cluster';
import {
  describeWithPodman,
  openTestCluster,
  podman,
  TEST_IMAGE,
  webDeployment,
  webService,
} from './podman-test-cluster';

const note: DeployNote = { fingerprint: 'asked', manifestsDigest: `sha256:${'0'.repeat(64)}`, images: [] };

const configMap = (name: string, value: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { VALUE: ${value} }
`;

const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: once, image: ${TEST_IMAGE}, command: ['true'] }]
`;

const web =
  webDeployment({ containerExtra: 'envFrom: [{ configMapRef: { name: shared } }]' }) +
  `---${webService('type: NodePort, ports: [{ port: 80, targetPort: http }]')}`;

describeWithPodman('A deploy that is as it was left', () => {
  const test = openTestCluster('confirm');
  const stateFile = join(test.machineStore, 'clusters', test.name, 'state.json');
  const memories = join(test.machineStore, 'clusters', test.name, 'deploys');
  const confirm = (fingerprint = 'asked'): Promise<ConfirmedDeploy | undefined> =>
    test.open().confirm({
      owner: 'web',
      isSame: (kept) => Promise.resolve(kept.fingerprint === fingerprint),
    });
  const deploy = () => test.deploy('web', web, { note, knownOwners: ['web', 'other'] });
  const pidOf = (field: string): number =>
    Number(podman('inspect', '--format', `{{.State.${field}}}`, test.podmanName('web-0', 'app')));

  beforeAll(async () => {
    await test.cluster.up();
    await test.deploy('other', configMap('shared', 'one'));
    await deploy();
  });
  afterAll(() => test.close());
  afterEach(async () => {
    await deploy();
    expect(await confirm()).toBeDefined();
  });

  it('is confirmed without a call to podman, and told as a deploy would tell it', async () => {
    const { endpoints, changes } = await deploy();
    test.forgetCommands();
    expect(await confirm()).toEqual({ note, report: { endpoints, changes, notices: [] } });
    expect(test.commands).toEqual([]);
    expect(changes.every(({ change }) => change === 'unchanged')).toBe(true);
  });

  it('asks podman about a container that was restarted, once', async () => {
    podman('restart', '--time', '0', test.podmanName('web-0', 'app'));
    test.forgetCommands();
    for (const end = Date.now() + 30_000; !(await confirm()) && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(test.commands.map(([command]) => command)).toContain('ps');
    test.forgetCommands();
    expect(await confirm()).toBeDefined();
    expect(test.commands).toEqual([]);
  });

  it('is confirmed with one call to podman when it has a Job, whose process has ended', async () => {
    await test.deploy('web', `${web}---${job}`, { note });
    test.forgetCommands();
    expect(await confirm()).toBeDefined();
    expect(test.commands.map(([command]) => command)).toEqual(['ps']);
    podman('pod', 'rm', '--force', test.podmanName('once-0'));
    expect(await confirm()).toBeUndefined();
  });

  it('is not confirmed when something else is asked for', async () => {
    expect(await confirm('something else')).toBeUndefined();
  });

  it('is not confirmed when a container was stopped or killed, and the next deploy mends it', async () => {
    podman('kill', test.podmanName('web-0', 'app'));
    expect(await confirm()).toBeUndefined();
    expect((await deploy()).changes).toContainEqual(
      expect.objectContaining({ kind: 'Deployment', change: 'replaced' }),
    );
    podman('pod', 'rm', '--force', '--time', '0', test.podmanName('web-0'));
    expect(await confirm()).toBeUndefined();
  });

  it('is not confirmed when podman calls a container up whose process is gone', async () => {
    process.kill(pidOf('ConmonPid'), 'SIGKILL');
    process.kill(pidOf('Pid'), 'SIGKILL');
    expect(podman('ps', '--format', '{{.Names}}')).toContain(test.podmanName('web-0', 'app'));
    expect(await confirm()).toBeUndefined();
  });

  it('is not confirmed when a container runs and its port does not answer as it should', async () => {
    test.exec('web-0', 'touch', '/tmp/unready');
    expect(await confirm()).toBeUndefined();
    test.exec('web-0', 'rm', '/tmp/unready');
    expect(await confirm()).toBeDefined();
    // A process that is stopped listens, and never answers.
    process.kill(pidOf('Pid'), 'SIGSTOP');
    expect(await confirm()).toBeUndefined();
    process.kill(pidOf('Pid'), 'SIGCONT');
  });

  it('is not confirmed when a ConfigMap of another deploy that it uses has changed; any other does not count', async () => {
    await test.deploy('other', `${configMap('shared', 'one')}---${configMap('unrelated', 'new')}`);
    expect(await confirm()).toBeDefined();
    await test.deploy('other', configMap('shared', 'two'));
    expect(await confirm()).toBeUndefined();
    await deploy();
    expect(test.exec('web-0', 'sh', '-c', 'echo $VALUE')).toBe('two\n');
  });

  it('is not confirmed when a Service of another deploy leads to its pods', async () => {
    const front = webService('ports: [{ port: 81, targetPort: http }]', 'front', 'web');
    await test.deploy('other', `${configMap('shared', 'two')}---${front}`);
    expect(await confirm()).toBeUndefined();
    await test.deploy('other', configMap('shared', 'two'));
  });

  it('is not confirmed when an image of it has no container', async () => {
    const image = {
      name: 'web',
      imageId: `sha256:${'1'.repeat(64)}`,
      tag: 'localhost/web:i-1',
      origin: 'image.json',
    } as const;
    await test.deploy('web', web, { note: { ...note, images: [image] } });
    expect(await confirm()).toBeUndefined();
    const imageId = `sha256:${podman('image', 'inspect', '--format', '{{.Id}}', TEST_IMAGE).trim()}`;
    await test.deploy('web', web, { note: { ...note, images: [{ ...image, imageId }] } });
    expect(await confirm()).toBeDefined();
  });

  it('is not confirmed by a memory that is damaged, or that a failed deploy left', async () => {
    const [file = ''] = readdirSync(memories).map((name) => join(memories, name));
    const text = readFileSync(file, 'utf8');
    for (const damaged of ['', text.slice(0, -1), text.replace('"web-0"', '"web-1"'), `${text} `]) {
      writeFileSync(file, damaged);
      expect(await confirm()).toBeUndefined();
    }
    await deploy();
    const broken = web.replace('command: [perl,', 'command: [no-such-program,');
    await expect(test.deploy('web', broken, { note })).rejects.toMatchObject({ code: 'CLUSTER_CONTAINER_NOT_STARTED' });
    expect(existsSync(file)).toBe(false);
    expect(await confirm()).toBeUndefined();
  });

  it('is not confirmed by a cluster’s memory that is damaged, was altered, or is gone', async () => {
    const text = readFileSync(stateFile, 'utf8');
    writeFileSync(stateFile, text.slice(0, -10));
    await expect(confirm()).rejects.toMatchObject({ code: 'CLUSTER_STATE_CORRUPT' });
    writeFileSync(stateFile, text.replaceAll('"VALUE":"two"', '"VALUE":"three"'));
    expect(await confirm()).toBeUndefined();
    writeFileSync(stateFile, text);
  });

  it('is not confirmed while another process deploys it, and does not wait for that', async () => {
    const slow = web.replace('periodSeconds: 1 }', 'periodSeconds: 1, initialDelaySeconds: 2 }');
    const running = test.deploy('web', slow, { note });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await confirm()).toBeUndefined();
    await running;
  });
});
