import { execFile, type ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');
const NX_FOLDER = join(REPOSITORY, 'node_modules', 'nx');
const NX_CLI = join(NX_FOLDER, 'dist', 'bin', 'nx.js');
const HASH_SCRIPT = join(__dirname, 'nx-inference', 'hash-task.cjs');

/** What a command printed, both streams, and its exit code. */
interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** A workspace on disk with the plugin as it is built, and the real Nx. */
class NxWorkspace {
  private constructor(readonly root: string) {}

  static async create(files: Readonly<Record<string, string>>): Promise<NxWorkspace> {
    const root = await mkdtemp(join(tmpdir(), 'nx-slipway inference '));
    const workspace = new NxWorkspace(root);
    await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    await workspace.write({ '.gitignore': 'node_modules\ndist\n.nx\n', ...files });
    return workspace;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.root, path)), { recursive: true });
      await writeFile(join(this.root, path), text);
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  nx(...args: readonly string[]): Promise<Outcome> {
    return this.node([NX_CLI, ...args]);
  }

  async edges(task: string): Promise<Record<string, string[]>> {
    const file = join(this.root, '.nx', 'tasks.json');
    await mkdir(dirname(file), { recursive: true });
    expect(await this.nx('run', task, `--graph=${file}`)).toMatchObject({ exitCode: 0 });
    const graph = JSON.parse(await readFile(file, 'utf8')) as { tasks: { dependencies: Record<string, string[]> } };
    return graph.tasks.dependencies;
  }

  async hash(task: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { exitCode, output } = await this.node([HASH_SCRIPT, NX_FOLDER, task], env);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^\d+$/) });
    return output;
  }

  private node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const clean = {
      ...process.env,
      NODE_OPTIONS: '',
      NX_DAEMON: 'false',
      NX_WORKSPACE_ROOT_PATH: '',
      NO_COLOR: '1',
      ...env,
    };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [...args],
        { cwd: this.root, env: clean },
        (error: ExecFileException | null, stdout, stderr) => {
          resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
        },
      );
    });
  }
}

function service(name: string, targets: object = {}): Record<string, string> {
  return {
    [`apps/${name}/project.json`]: JSON.stringify({ name, targets }),
    [`apps/${name}/Dockerfile`]: 'FROM debian:bookworm-slim\nCOPY . .\n',
    [`apps/${name}/main.go`]: 'package main\n',
    [`apps/${name}/k8s/${name}.yaml`]: `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: main
      image: ${name}
`,
  };
}

const NX_JSON = { analytics: false, plugins: [{ plugin: 'nx-slipway', options: {} }] };

const SYSTEM = {
  'nx.json': JSON.stringify(NX_JSON),
  'package.json': JSON.stringify({ name: 'scratch', private: true }),
  ...service('postgres'),
  ...service('datastorage', { 'deploy-only': { options: { needs: ['postgres'] } } }),
  ...service('web', {
    'deploy-only': { options: { needs: ['datastorage'] } },
    e2e: { options: { command: 'true' } },
  }),
  'apps/web/e2e/web.spec.js': '1\n',
};

let workspace: NxWorkspace;

beforeAll(() => {
  if (!existsSync(join(__dirname, '..', 'dist', 'index.js')))
    throw new Error('Build the plugin first: npm run prepare');
});

afterEach(() => workspace.remove());

describe('a system of services in real Nx', () => {
  beforeEach(async () => {
    workspace = await NxWorkspace.create(SYSTEM);
  });

  it('has the edges of the chain of targets, and no others', async () => {
    expect(await workspace.edges('web:e2e')).toEqual({
      'web:e2e': ['web:deploy-only'],
      'web:deploy-only': ['datastorage:deploy-only', 'web:image-build', 'cluster:cluster-up'],
      'datastorage:deploy-only': ['postgres:deploy-only', 'datastorage:image-build', 'cluster:cluster-up'],
      'postgres:deploy-only': ['postgres:image-build', 'cluster:cluster-up'],
      'web:image-build': [],
      'datastorage:image-build': [],
      'postgres:image-build': [],
      'cluster:cluster-up': [],
    });
  });

  it('hashes a test by its files, and by records at any distance, never by the services’ sources', async () => {
    const before = await workspace.hash('web:e2e');
    await workspace.write({ 'apps/web/main.go': 'package main // changed\n', 'apps/postgres/main.go': '\n' });
    expect(await workspace.hash('web:e2e')).toBe(before);

    await workspace.write({ 'apps/web/e2e/web.spec.js': '2\n' });
    const afterTest = await workspace.hash('web:e2e');
    expect(afterTest).not.toBe(before);

    await workspace.write({ 'dist/images/postgres/image.json': '{}' });
    const afterImage = await workspace.hash('web:e2e');
    expect(afterImage).not.toBe(afterTest);

    await workspace.write({ 'dist/deploys/postgres/applied.json': '{}' });
    const afterDeploy = await workspace.hash('web:e2e');
    expect(afterDeploy).not.toBe(afterImage);

    expect(await workspace.hash('web:e2e', { NX_SLIPWAY_CLUSTER: 'other' })).not.toBe(afterDeploy);
  });

  it('hashes a build by what it can read, and not by the records beside it or the plugin’s own build', async () => {
    const before = await workspace.hash('web:image-build');
    await workspace.write({
      'apps/datastorage/main.go': '\n',
      'dist/images/web/image.json': '{}',
    });
    expect(await workspace.hash('web:image-build')).toBe(before);

    await workspace.write({ 'apps/web/.dockerignore': 'e2e\n' });
    const afterIgnoring = await workspace.hash('web:image-build');
    expect(afterIgnoring).not.toBe(before);
    await workspace.write({ 'apps/web/e2e/web.spec.js': '3\n' });
    expect(await workspace.hash('web:image-build')).toBe(afterIgnoring);

    await workspace.write({ 'apps/web/main.go': '// changed\n' });
    const afterSource = await workspace.hash('web:image-build');
    expect(afterSource).not.toBe(afterIgnoring);

    await workspace.write({ 'slipway.lock.json': '{"schemaVersion":1,"bases":{}}' });
    expect(await workspace.hash('web:image-build')).not.toBe(afterSource);
  });
});

describe('a workspace that is configured wrongly', () => {
  it('keeps its graph, and each target concerned reports what is wrong', async () => {
    workspace = await NxWorkspace.create({
      ...SYSTEM,
      ...service('a', { 'deploy-only': { options: { needs: ['b'] } } }),
      ...service('b', { 'deploy-only': { executor: 'nx-slipway:deploy-only', options: { needs: ['a'] } } }),
      ...service('c', {
        'deploy-only': { options: { needs: ['nobody'] } },
        'image-build': { options: { image: 'a' } },
      }),
      ...service('d', { e2e: { options: { command: 'true', testPackages: ['no-such-package'] } } }),
      'apps/e/Dockerfile': '\0 not a Dockerfile',
      'apps/e/project.json': '{ // a comment\n "name": "e", "targets": null }',
      'apps/f/web/Dockerfile': 'FROM scratch\n',
      'apps/g/web/Dockerfile': 'FROM scratch\n',
    });
    expect((await workspace.nx('show', 'projects')).output.trim().split('\n').toSorted()).toEqual([
      'a',
      'apps-f-web',
      'apps-g-web',
      'b',
      'c',
      'cluster',
      'd',
      'datastorage',
      'e',
      'postgres',
      'web',
    ]);
    const outcomes = [
      await workspace.nx('run-many', '--targets=deploy-only', '--projects=a,b,c'),
      await workspace.nx('run-many', '--targets=image-build', '--projects=a,c'),
      await workspace.nx('run', 'd:e2e'),
    ];
    for (const { exitCode } of outcomes) expect(exitCode).not.toBe(0);
    const output = outcomes.map((outcome) => outcome.output).join('\n');
    for (const [task, code] of [
      ['a:deploy-only', 'CONFIG_NEEDS_CYCLE'],
      ['b:deploy-only-problem', 'CONFIG_NEEDS_CYCLE'],
      ['c:deploy-only', 'CONFIG_NEED_UNKNOWN'],
      ['c:image-build', 'CONFIG_IMAGE_DUPLICATE'],
      ['a:image-build', 'CONFIG_IMAGE_DUPLICATE'],
      ['d:e2e', 'CONFIG_TEST_PACKAGE_UNKNOWN'],
    ] as const) {
      expect(output).toMatch(new RegExp(`nx run ${task}\\s+${code} {2}`));
    }
  });

  it('reports invalid plugin options from every target', async () => {
    const options = { engine: 'rkt' };
    workspace = await NxWorkspace.create({
      ...SYSTEM,
      'nx.json': JSON.stringify({ ...NX_JSON, plugins: [{ plugin: 'nx-slipway', options }] }),
    });
    const { exitCode, output } = await workspace.nx('run', 'web:image-build');
    expect(exitCode).toBe(1);
    expect(output).toContain(
      'CONFIG_PLUGIN_OPTIONS_INVALID  The options of nx-slipway in nx.json are not valid: engine',
    );
  });
});

it('adds itself to a workspace', async () => {
  workspace = await NxWorkspace.create({
    'nx.json': '{"analytics":false}',
    'package.json': '{"name":"scratch","private":true}',
  });
  expect(await workspace.nx('g', 'nx-slipway:init', '--no-interactive')).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(await readFile(join(workspace.root, 'nx.json'), 'utf8'))).toMatchObject({
    parallel: 8,
    plugins: [{ plugin: 'nx-slipway', options: {} }],
  });
  expect((await workspace.nx('show', 'projects')).output).toContain('cluster');
});
