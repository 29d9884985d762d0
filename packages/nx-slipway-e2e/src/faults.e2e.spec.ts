import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FreshWorkspace } from './fresh-workspace';
import { writeService } from './service-fixture';

const prefix = `slipway-fault-${process.pid}`;

/** Command lines of all processes whose cgroup or command line holds this text. */
function findProcesses(text: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => readIfThere(join('/proc', pid, 'cmdline')).replaceAll('\0', ' '))
    .filter((commandLine) => commandLine.includes(text));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('did not happen within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What a build leaves behind when it is not cleaned up: working containers, runc entries and mounts. */
function countRemains(workspace: FreshWorkspace): Record<string, number> {
  const lines = (command: string): number =>
    execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\n').filter(Boolean).length;
  const builds = join(workspace.machineStore, 'builds');
  return {
    buildFolders: readIfThere(builds) === '' ? lines(`ls '${builds}' 2>/dev/null || true`) : 0,
    cgroups: lines(`find /sys/fs/cgroup -type d -path '*nx-slipway/*' 2>/dev/null || true`),
    runcEntries: lines(`runc list -q 2>/dev/null | grep buildah || true`),
    workingContainers: lines(`podman ps --all --external --quiet --filter status=unknown 2>/dev/null || true`),
    processes: findProcesses(`sleep 31415`).length,
  };
}

describe('bad input and faults', () => {
  let workspace: FreshWorkspace;
  const images: string[] = [];
  const service = (name: string, extra?: string): string => {
    images.push(`${prefix}-${name}`);
    writeService(workspace, `${prefix}-${name}`, extra);
    return `${prefix}-${name}`;
  };

  beforeAll(() => {
    workspace = FreshWorkspace.create('23.2.1');
    workspace.nx('generate', 'nx-slipway:init');
  });
  afterAll(() => {
    workspace?.nx('run', 'cluster:cluster-down');
    workspace?.destroy(images);
  });

  describe.each<[string, string, (name: string) => Record<string, string>, string, RegExp]>([
    ['an empty Dockerfile', 'empty', (root) => ({ [`${root}/Dockerfile`]: '' }), 'image-build', /DOCKERFILE_EMPTY/],
    [
      'an unknown instruction',
      'syntax',
      (root) => ({ [`${root}/Dockerfile`]: 'FROM scratch\nCOPPY . /\n' }),
      'image-build',
      /DOCKERFILE_SYNTAX_INVALID .*Dockerfile:2/,
    ],
    [
      'a COPY source that is not there',
      'copy',
      (root) => ({ [`${root}/Dockerfile`]: 'FROM scratch\nCOPY nothing /\n' }),
      'image-build',
      /CONTEXT_SOURCE_MISSING .*Dockerfile:2/,
    ],
    [
      'a base that cannot be had',
      'base',
      (root) => ({ [`${root}/Dockerfile`]: 'FROM localhost/no-such-base:1\n' }),
      'image-build',
      /ENGINE_BASE_UNAVAILABLE/,
    ],
    [
      'a manifest that is not YAML',
      'yaml',
      (root) => ({ [`${root}/k8s/a.yaml`]: 'kind: [\n' }),
      'deploy-only',
      /DEPLOY_MANIFEST_INVALID .*a\.yaml/,
    ],
    [
      'a manifest without kind',
      'kind',
      (root) => ({ [`${root}/k8s/a.yaml`]: 'apiVersion: v1\nmetadata: {name: a}\n' }),
      'deploy-only',
      /DEPLOY_MANIFEST_NOT_AN_OBJECT .*"kind"/,
    ],
    [
      'an object that podman cannot run',
      'object',
      (root) => ({ [`${root}/k8s/a.yaml`]: 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n' }),
      'deploy-only',
      /CLUSTER_UNSUPPORTED_OBJECT .*Ingress/,
    ],
    [
      'an image that nobody builds',
      'image',
      (root) => ({
        [`${root}/k8s/a.yaml`]:
          'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nobody}]}\n',
      }),
      'deploy-only',
      /DEPLOY_IMAGE_UNKNOWN .*nobody/,
    ],
  ])('%s', (_title, name, files, target, expected) => {
    it('ends in a coded error that says where, without a stack', () => {
      const project = service(name);
      workspace.write(files(`services/${project}`));
      const { exitCode, output } = workspace.nx('run', `${project}:${target}`);
      workspace.remove(`services/${project}`);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(expected);
      expect(output).not.toMatch(/\n\s+at .*\.js:\d+/);
    });
  });

  it('shows the last 40 lines of a failing step, its number and its exit code', () => {
    const project = service('step', 'RUN seq 100 && exit 42\n');
    const { exitCode, output } = workspace.nx('run', `${project}:image-build`);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/BUILD_STEP_FAILED .*42/s);
    expect(output).toMatch(/\| (.*\| )?100$/m);
    expect(workspace.nx('run', `${project}:image-build`).output).toContain('BUILD_STEP_FAILED');
  });

  it('names both projects that claim one image', () => {
    const [first, second] = [service('twin-a'), service('twin-b')];
    const claim = { targets: { 'image-build': { options: { image: `${prefix}-twin` } } } };
    workspace.write({
      [`services/${first}/project.json`]: JSON.stringify({ name: first, ...claim }),
      [`services/${second}/project.json`]: JSON.stringify({ name: second, ...claim }),
    });
    const { output } = workspace.nx('run', `${first}:image-build`);
    workspace.remove(`services/${first}`, `services/${second}`);
    expect(output).toMatch(/CONFIG_IMAGE_DUPLICATE/);
    expect(output).toContain(second);
  });

  it('says that podman is missing', () => {
    const project = service('missing');
    const path = (process.env['PATH'] ?? '')
      .split(':')
      .filter((folder) => !readIfThereFolder(folder).includes('podman'));
    const { exitCode, output } = workspace.nxWith(
      { PATH: [...path, nodeFolder()].join(':') },
      'run',
      `${project}:image-build`,
    );
    expect(exitCode).not.toBe(0);
    expect(output).toContain('ENGINE_NOT_FOUND');
  });

  it('says that podman is too old', () => {
    const project = service('old');
    workspace.replacePodman('echo podman version 3.4.4');
    const { output } = workspace.nxWith(workspace.podmanStandIn(), 'run', 'cluster:cluster-up');
    expect(output).toMatch(/ENGINE_VERSION_UNSUPPORTED .*3\.4\.4/);
    const build = workspace.nxWith(workspace.podmanStandIn(), 'run', `${project}:image-build`);
    expect(build.output).toMatch(/ENGINE_/);
    expect(build.exitCode).not.toBe(0);
  });

  it('lets two runs of one target at the same time build once and both succeed', async () => {
    const project = service('twice', 'RUN sleep 2\n');
    const runs = [1, 2].map(() => workspace.startNx('run', `${project}:image-build`, '--skip-nx-cache'));
    const results = await Promise.all(runs.map(({ ended }) => ended));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const outputs = results.map(({ output }) => output).sort((a, b) => a.length - b.length);
    expect(outputs[0]).toContain(`${project}: reused`);
    expect(outputs[1]).toContain(`${project}: built`);
  });

  it('reports a disk that is full while staging, and leaves nothing there', () => {
    const project = service('full');
    workspace.write({ [`services/${project}/content`]: 'x'.repeat(8 * 1024 * 1024) });
    const disk = join(workspace.root, '..', 'small disk');
    execFileSync('mkdir', ['-p', disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
      const { exitCode, output } = workspace.nxWith({ NX_SLIPWAY_STATE_DIR: disk }, 'run', `${project}:image-build`);
      expect(exitCode).not.toBe(0);
      expect(output).toContain('CONTEXT_NO_SPACE');
      expect(execFileSync('find', [disk, '-name', 'content'], { encoding: 'utf8' })).toBe('');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  describe.each<[string, (nx: ReturnType<FreshWorkspace['startNx']>) => void]>([
    ['Ctrl-C', ({ child }) => child.kill('SIGINT')],
    ['kill -9 of nx', ({ child }) => child.kill('SIGKILL')],
    ['kill -9 of nx and of everything that it started', ({ child }) => killTree(child.pid ?? 0)],
  ])('%s in the middle of a build', (title, kill) => {
    it('leaves nothing that the next run does not remove, and the next run succeeds', async () => {
      const project = service(`kill-${title.length}`, 'RUN echo started && sleep 31415\n');
      const before = countRemains(workspace);
      const running = workspace.startNx('run', `${project}:image-build`, '--output-style=stream');
      await until(() => findProcesses('sleep 31415').length > 0);
      kill(running);
      await running.ended;
      workspace.write({
        [`services/${project}/Dockerfile`]: 'FROM docker.io/library/debian:bookworm-slim\nCOPY content /content\n',
      });
      await until(() => findProcesses('image-build').every((line) => !line.includes('run-executor')));
      const next = workspace.nx('run', `${project}:image-build`);
      expect(next).toMatchObject({ exitCode: 0 });
      expect(countRemains(workspace)).toEqual(before);
    });
  });

  it('repairs a deploy that was killed with nx in its middle', async () => {
    const project = service('deploy');
    workspace.write({
      [`services/${project}/k8s/late.yaml`]: [
        'apiVersion: v1',
        'kind: Pod',
        'metadata: {name: late}',
        'spec:',
        '  terminationGracePeriodSeconds: 0',
        '  containers:',
        `    - {name: late, image: ${project}, readinessProbe: {periodSeconds: 1, exec: {command: [cat, /tmp/ready]}}}`,
        '',
      ].join('\n'),
    });
    const running = workspace.startNx('run', `${project}:deploy-only`, '--output-style=stream');
    const pods = (): string => execFileSync('podman', ['ps', '--format', '{{.Names}}'], { encoding: 'utf8' });
    await until(() => pods().includes('late'));
    killTree(running.child.pid ?? 0);
    await running.ended;
    workspace.remove(`services/${project}/k8s/late.yaml`);
    expect(workspace.nx('run', `${project}:deploy-only`)).toMatchObject({ exitCode: 0 });
    expect(pods()).not.toContain('late');
    expect(pods()).toContain(project);
  });
});

function readIfThereFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function nodeFolder(): string {
  return join(process.execPath, '..');
}

/** Kills a process and all that descend from it, with SIGKILL, parents first. */
function killTree(pid: number): void {
  const children = execFileSync('sh', ['-c', `pgrep -P ${pid} || true`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  process.kill(pid, 'SIGKILL');
  for (const child of children) killTree(Number(child));
}
