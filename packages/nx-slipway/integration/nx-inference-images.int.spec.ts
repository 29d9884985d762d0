import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NxWorkspace } from './nx-workspace';

const NX_JSON = JSON.stringify({ analytics: false, plugins: [{ plugin: 'nx-slipway', options: { cluster: false } }] });
const BASE = { 'nx.json': NX_JSON, 'package.json': JSON.stringify({ name: 'scratch', private: true }) };
const FROM_DEBIAN = 'FROM debian:bookworm-slim\n';

let workspace: NxWorkspace;

afterEach(() => workspace.remove());

describe('a project with several Dockerfiles in real Nx', () => {
  beforeEach(async () => {
    workspace = await NxWorkspace.create({
      ...BASE,
      'apps/web/project.json': JSON.stringify({
        name: 'web',
        targets: {
          'image-build': { options: { buildArgs: { A: '1' } } },
          'image-build-web-worker': { options: { targetStage: 'base' } },
        },
      }),
      'apps/web/Dockerfile': FROM_DEBIAN,
      'apps/web/worker.Dockerfile': 'FROM web AS base\nFROM base\n',
      'apps/web/main.go': 'package main\n',
    });
  });

  it('builds all of them with image-build, in the order of their edges', async () => {
    expect(await workspace.edges('web:image-build')).toEqual({
      'web:image-build': ['web:image-build-web', 'web:image-build-web-worker'],
      'web:image-build-web': [],
      'web:image-build-web-worker': ['web:image-build-web'],
    });
  });

  it('gives each image its options and those of image-build', async () => {
    const { targets } = await workspace.project('web');
    expect(targets['image-build-web-worker']?.options).toMatchObject({
      targetStage: 'base',
      buildArgs: { A: '1' },
      dockerfile: 'apps/web/worker.Dockerfile',
      image: 'web-worker',
    });
    expect(targets['image-build']).toMatchObject({ executor: 'nx:noop' });
  });
});

describe('a folder of Dockerfiles without a project in real Nx', () => {
  beforeEach(async () => {
    workspace = await NxWorkspace.create({
      ...BASE,
      'docker/aianalysis.Dockerfile': 'FROM debian:bookworm-slim\nCOPY cmd cmd\n',
      'docker/web.Dockerfile': 'FROM aianalysis\nCOPY . .\n',
      '.dockerignore': '**\n!cmd\n',
      'cmd/main.go': 'package main\n',
      'docs/readme.md': '# docs\n',
    });
  });

  it('has a project per image in a root that does not exist, with inputs from the workspace’s root', async () => {
    const { root, targets } = await workspace.project('aianalysis');
    expect(root).toBe('docker/aianalysis');
    const { inputs = [], options } = targets['image-build'] ?? {};
    expect(options).toMatchObject({ dockerfile: 'docker/aianalysis.Dockerfile', buildContext: '.' });
    expect(inputs).toContain('{workspaceRoot}/cmd/**/*');
    expect(JSON.stringify(inputs)).not.toContain('{projectRoot}');
    expect(await workspace.edges('web:image-build')).toMatchObject({ 'web:image-build': ['aianalysis:image-build'] });
  });

  it('is affected by, and hashed with, what its ignore file lets through, and nothing else', async () => {
    const affected = async (file: string): Promise<string[]> => {
      const { output } = await workspace.nx('show', 'projects', '--affected', `--files=${file}`);
      return output
        .split('\n')
        .filter((line) => line !== '')
        .toSorted();
    };
    expect(await affected('cmd/main.go')).toEqual(['aianalysis', 'web']);
    expect(await affected('docker/web.Dockerfile')).toEqual(['web']);
    expect(await affected('docs/readme.md')).toEqual([]);

    const before = await workspace.hash('aianalysis:image-build');
    await workspace.write({ 'docs/readme.md': '# changed\n', 'docker/web.Dockerfile': 'FROM aianalysis\n' });
    expect(await workspace.hash('aianalysis:image-build')).toBe(before);
    await workspace.write({ 'cmd/main.go': 'package main // changed\n' });
    expect(await workspace.hash('aianalysis:image-build')).not.toBe(before);
  });
});

describe('names that are taken, and bad Dockerfiles', () => {
  it('leave the graph as it is; each target says what is wrong when it runs', async () => {
    workspace = await NxWorkspace.create({
      ...BASE,
      'apps/web/project.json': JSON.stringify({ name: 'web' }),
      'apps/web/Dockerfile': FROM_DEBIAN,
      'docker/web.Dockerfile': 'FORM debian\n',
      'images/Dockerfile.web': '',
      'images/Containerfile.web': FROM_DEBIAN,
      'bad/binary.Dockerfile': '\0\u0001\u0002\n'.repeat(100),
      'bad/argument.Dockerfile': '\uFEFFFROM ${NOTHING}\r\n',
      'bad/long.Dockerfile': FROM_DEBIAN + '# \n'.repeat(3_500_000),
      'bad/folder.Dockerfile/Dockerfile/readme': 'not a Dockerfile\n',
    });
    const shown = await workspace.nx('show', 'projects');
    expect(shown.output.trim().split('\n').toSorted()).toEqual([
      'argument',
      'binary',
      'docker-web',
      'images-web',
      'long',
      'web',
    ]);
    for (const [project, ...expected] of [
      ['docker-web', 'CONFIG_PROJECT_RENAMED  ', 'DOCKERFILE_SYNTAX_INVALID  docker/web.Dockerfile:1'],
      ['images-web', 'CONFIG_PROJECT_RENAMED  ', 'CONFIG_DOCKERFILE_SHADOWED  ', 'DOCKERFILE_EMPTY  '],
      ['binary', 'DOCKERFILE_SYNTAX_INVALID  bad/binary.Dockerfile:1'],
      ['long', 'DOCKERFILE_TOO_LONG  bad/long.Dockerfile'],
    ] as const) {
      const { exitCode, output } = await workspace.nx('run', `${project}:image-build`);
      expect(exitCode).not.toBe(0);
      for (const text of expected) expect(output).toContain(text);
    }
  });
});

it('sees with Nx’s daemon what files say that are none of the plugin’s own', async () => {
  workspace = await NxWorkspace.create({
    ...BASE,
    'apps/web/project.json': JSON.stringify({ name: 'web' }),
    'apps/web/Dockerfile': 'FROM debian:bookworm-slim\nCOPY . .\n',
  });
  const environment = { NX_DAEMON: 'true' };
  try {
    const inputs = async (): Promise<unknown> =>
      (await workspace.project('web', environment)).targets['image-build']?.inputs;
    expect(await inputs()).not.toContain('!{workspaceRoot}/apps/web/docs/**/*');
    await workspace.write({ 'apps/web/.dockerignore': 'docs\n' });
    expect(await inputs()).toContain('!{workspaceRoot}/apps/web/docs/**/*');
  } finally {
    await workspace.nx('daemon', '--stop');
  }
});

it('keeps an inference in Nx’s folder, and does without it where that is damaged or cannot be written', async () => {
  workspace = await NxWorkspace.create({ ...BASE, 'docker/web.Dockerfile': FROM_DEBIAN });
  const kept = join('.nx', 'workspace-data', 'nx-slipway-inference.json');
  const names = async (): Promise<string> => (await workspace.nx('show', 'projects')).output.trim();
  expect(await names()).toBe('web');
  expect(await readFile(join(workspace.root, kept), 'utf8')).toContain('docker/web.Dockerfile');
  await workspace.write({ [kept]: '{"projects":[]' });
  expect(await names()).toBe('web');
  await workspace.remove();
  workspace = await NxWorkspace.create({ ...BASE, 'docker/web.Dockerfile': FROM_DEBIAN });
  await mkdir(join(workspace.root, kept), { recursive: true });
  expect(await names()).toBe('web');
});
