import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseObjects } from '../src/clusters/podman/testing/parse-objects';
import { createPodmanCluster } from '../src/clusters/podman/podman-cluster';
import { describeWithPodman, openTestCluster, podman, TEST_IMAGE, webDeployment } from './podman-test-cluster';
import { writeHostsFile } from '../src/clusters/podman/write-hosts-file';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { createProcessRunner } from '../src/exec/execa-runner';
import type { Tools } from '../src/exec/tools';

const toolsWith = (env: Tools['env']): Tools => ({
  runner: { run: (command, args, options) => createProcessRunner().run(command, args, { ...options, env }) },
  clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  env,
  log: { line: () => undefined },
  signal: new AbortController().signal,
});

describeWithPodman('The life of a podman cluster', () => {
  const test = openTestCluster('life');
  const folder = mkdtempSync(join(tmpdir(), 'sliptest-life-'));

  beforeAll(async () => {
    await test.cluster.up();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test.close();
  });

  it('starts in about a second, with few calls to podman', async () => {
    await test.cluster.down();
    test.forgetCommands();
    const startedAt = Date.now();
    const { change, version } = await test.cluster.up();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(change).toBe('created');
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(test.commands.length).toBeLessThanOrEqual(5);
  });

  it('brings six pods up side by side faster than one after the other', async () => {
    const one = Date.now();
    await test.deploy('one', webDeployment({ name: 'one' }));
    const oneMs = Date.now() - one;
    const six = Date.now();
    await test.deploy('six', webDeployment({ name: 'six', replicas: 6 }));
    expect(Date.now() - six).toBeLessThan(6 * oneMs);
    await test.deploy('six', webDeployment({ name: 'six', replicas: 1 }));
    expect(podman('ps', '--format', '{{.Names}}')).not.toContain(test.podmanName('six-1'));
  });

  it('removes at its start what a killed run left half made, and nothing else', async () => {
    await test.deploy('keep', webDeployment({ name: 'keep' }));
    podman(
      'pod',
      'create',
      '--name',
      test.podmanName('half-0'),
      '--network',
      test.name,
      '--label',
      `io.nx-slipway.cluster=${test.name}`,
      '--label',
      'io.nx-slipway.namespace=default',
      '--label',
      'io.nx-slipway.pod=half-0',
    );
    podman('pod', 'create', '--name', `${test.name}-stranger`, '--network', test.name);
    try {
      await test.cluster.up();
      const names = podman('pod', 'ps', '--format', '{{.Name}}').split('\n');
      expect(names).toContain(test.podmanName('keep-0'));
      expect(names).toContain(`${test.name}-stranger`);
      expect(names).not.toContain(test.podmanName('half-0'));
    } finally {
      podman('pod', 'rm', '--force', '--time', '0', `${test.name}-stranger`);
    }
  });

  it.each([
    [
      126,
      "Error: OCI runtime error: runc: runc create failed: unable to start container process: can't get final child's PID from pipe: EOF",
    ],
    [125, 'Error: pod has no infra container: no such container'],
  ])('starts a pod once more when podman fails with %i for no fault of the pod', async (exitCode, output) => {
    const starts = { failing: 1, count: 0 };
    // The container is half made, as it is when podman ends so.
    const runner: Tools['runner'] = {
      run: async (command, args, options) => {
        const result = await createProcessRunner().run(command, args, options);
        if (args[0] !== 'run' || ++starts.count > starts.failing) return result;
        return { ...result, status: 'failed', exitCode, stdout: '', stderr: output, output };
      },
    };
    const deploy = (name: string) =>
      test.open({ runner }).deploy({
        owner: name,
        objects: parseObjects(webDeployment({ name })),
        images: new Map(),
        timeoutMs: 60_000,
      });
    const { changes } = await deploy(`again-${exitCode}`);
    expect(changes).toMatchObject([{ kind: 'Deployment', change: 'created' }]);
    expect(starts.count).toBe(2);
    expect(test.exec(`again-${exitCode}-0`, 'hostname')).toBe(`again-${exitCode}-0\n`);
    expect(test.lines.join('\n')).toContain('is asked once more');
    // Not for ever.
    Object.assign(starts, { failing: 9, count: 0 });
    await expect(deploy(`never-${exitCode}`)).rejects.toMatchObject({ code: 'CLUSTER_PODMAN_FAILED' });
    expect(starts.count).toBe(2);
  });

  it('is repaired by the next deploy when a killed run left a pod without containers and labels', async () => {
    const yaml = webDeployment({ name: 'killed', replicas: 2 });
    const script = join(folder, 'deploy.sh');
    // What a killed deploy leaves when it dies between the pod and its containers.
    writeFileSync(
      script,
      `podman pod create --name ${test.podmanName('killed-0')} --network ${test.name} && sleep 100`,
    );
    const child = spawn('sh', [script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    const { changes } = await test.deploy('killed', yaml);
    expect(changes).toEqual([expect.objectContaining({ change: 'created' })]);
    expect(test.exec('killed-0', 'hostname')).toBe('killed-0\n');
  });

  it('removes at its start old content of Secrets, and not what pods mount', async () => {
    const folder = join(test.machineStore, 'clusters', test.name);
    const yaml = (value: string): string =>
      `
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { key: ${value} }
---${webDeployment({ name: 'keys', containerExtra: 'volumeMounts: [{ name: keys, mountPath: /keys }]' })}      volumes: [{ name: keys, secret: { secretName: keys } }]
`;
    await test.deploy('keys', yaml('old-content'));
    await test.deploy('keys', yaml('new-content'));
    expect(readdirSync(join(folder, 'config'))).toHaveLength(2);
    mkdirSync(join(folder, 'config', 'killed.tmp'));
    writeFileSync(join(folder, 'state.json.killed.tmp'), 'half');
    await test.cluster.up();
    expect(readdirSync(join(folder, 'config'))).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(test.exec('keys-0', 'cat', '/keys/key')).toBe('new-content');
  });

  it('ends with a deploy that is running, of which nothing is left', async () => {
    const never = webDeployment({ name: 'never' }).replace('path: /, port: http', 'path: /, port: 9');
    const deploy = test.open().deploy({
      owner: 'never',
      objects: parseObjects(never),
      images: new Map(),
      timeoutMs: 60_000,
    });
    const outcome = expect(deploy).rejects.toMatchObject({ code: 'CLUSTER_NOT_UP' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await test.cluster.down();
    expect(test.listLeftovers()).toEqual([]);
    expect(existsSync(join(test.machineStore, 'clusters', test.name))).toBe(false);
    await outcome;
    await test.cluster.up();
    await test.deploy('keep', webDeployment({ name: 'keep' }));
  });

  it('fails where podman cannot tell whether there is a network, and makes none', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    const answers =
      'case "$1" in network) echo "Error: storage is locked" >&2; exit 125;; ps) echo "[]";; *) echo podman version 4.3.1;; esac';
    writeFileSync(join(broken, 'podman'), `#!/bin/sh\n${answers}\n`, { mode: 0o755 });
    const tools = toolsWith({ ...process.env, PATH: `${broken}:${process.env['PATH']}` });
    const machineStore = test.machineStore;
    const cluster = createPodmanCluster({
      name: test.name,
      machineStore,
      images: createPodmanImageStore(tools),
      tools,
    });
    for (const attempt of [() => cluster.up(), () => cluster.down()]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'CLUSTER_PODMAN_FAILED',
        problem: { toolOutput: expect.stringContaining('storage is locked') },
      });
    }
    expect(podman('network', 'ls', '--format', '{{.Name}}').split('\n')).toContain(test.name);
  });

  it('does not touch a cluster of the same name that another machine store has', async () => {
    const machineStore = join(folder, 'other-store');
    const tools = toolsWith(process.env);
    const other = createPodmanCluster({ name: test.name, machineStore, images: createPodmanImageStore(tools), tools });
    await expect(other.up()).rejects.toMatchObject({
      code: 'CLUSTER_NAME_TAKEN',
      message: expect.stringContaining(test.machineStore),
    });
    await expect(other.down()).rejects.toMatchObject({ code: 'CLUSTER_NAME_TAKEN' });
    expect(test.exec('keep-0', 'hostname')).toBe('keep-0\n');
  });

  it('says what is wrong with podman: missing, or too old', async () => {
    const open = (env: Tools['env']) => {
      const tools = toolsWith(env);
      return createPodmanCluster({
        name: test.name,
        machineStore: test.machineStore,
        images: createPodmanImageStore(tools),
        tools,
      });
    };
    await expect(open({ ...process.env, PATH: folder }).up()).rejects.toMatchObject({ code: 'ENGINE_NOT_FOUND' });
    writeFileSync(join(folder, 'podman'), '#!/bin/sh\necho podman version 3.4.4\n', { mode: 0o755 });
    await expect(open({ ...process.env, PATH: `${folder}:${process.env['PATH']}` }).up()).rejects.toMatchObject({
      code: 'ENGINE_VERSION_UNSUPPORTED',
      message: expect.stringContaining('3.4.4'),
    });
  });

  it('changes a hosts file in place, which a running container sees', async () => {
    const file = join(folder, 'hosts');
    await writeHostsFile(file, '10.0.0.1\tlonger-name-than-before\n10.0.0.2\tsecond\n');
    const { ino } = statSync(file);
    const container = `${test.name}-hosts`;
    podman(
      'run',
      '--detach',
      '--name',
      container,
      '--network',
      'none',
      '--volume',
      `${file}:/etc/hosts:ro`,
      TEST_IMAGE,
      'sleep',
      '100',
    );
    try {
      await writeHostsFile(file, '10.0.0.3\tshort\n');
      expect(statSync(file).ino).toBe(ino);
      expect(readFileSync(file, 'utf8')).toBe('10.0.0.3\tshort\n');
      expect(podman('exec', container, 'getent', 'hosts', 'short')).toMatch(/^10\.0\.0\.3\s+short/);
    } finally {
      podman('rm', '--force', '--time', '0', container);
    }
  });
});
