import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NxWorkspace } from './nx-workspace';

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
      ...service('a', { 'deploy-only': { options: { needs: ['b'] } }, 'image-build': { options: { image: 'a' } } }),
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
