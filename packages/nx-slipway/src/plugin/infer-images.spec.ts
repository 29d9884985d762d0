import { codesOf, deploymentOf, edgesOf, inferInMemory, warningsOf } from './testing/workspace-in-memory';

const OPTIONS = { options: { cluster: false } };
const FROM_DEBIAN = 'FROM debian:bookworm-slim\n';

function infer(files: Record<string, unknown>, request: { targetDefaults?: unknown } = {}) {
  return inferInMemory(files, { ...OPTIONS, ...request });
}

/** Names of images by target, of all targets that build one. */
function imagesOf({ projects }: ReturnType<typeof inferInMemory>): Record<string, unknown> {
  return Object.fromEntries(
    projects.flatMap(({ name, targets }) =>
      Object.entries(targets)
        .filter(([, { executor }]) => executor === 'nx-slipway:image-build')
        .map(([target, { options }]) => [`${name}:${target}`, (options as { image: string }).image]),
    ),
  );
}

function project(name: string, targets: object = {}): Record<string, unknown> {
  return { [`apps/${name}/project.json`]: { name, targets } };
}

describe('a project with one Dockerfile', () => {
  it.each(['Containerfile', 'Dockerfile'])('has one target for its %s', (file) => {
    expect(imagesOf(infer({ ...project('web'), [`apps/web/${file}`]: FROM_DEBIAN }))).toEqual({
      'web:image-build': 'web',
    });
  });

  it.each(['Dockerfile.worker', 'worker.Dockerfile', 'Containerfile.worker', 'worker.Containerfile'])(
    'has one target for its %s, whose image keeps its name when there are more',
    (file) => {
      const inferred = infer({ ...project('web'), [`apps/web/${file}`]: FROM_DEBIAN });
      expect(imagesOf(inferred)).toEqual({ 'web:image-build': 'web-worker' });
      expect(inferred.target('web:image-build').options).toMatchObject({
        dockerfile: `apps/web/${file}`,
        buildContext: 'apps/web',
      });
    },
  );

  it('is not disturbed by what stands beside it', () => {
    const inferred = infer({
      ...project('web'),
      'apps/web/Dockerfile': FROM_DEBIAN,
      'apps/web/Dockerfile.dockerignore': '*.md\n',
      'apps/web/Dockerfile.ts': 'export const a = 1;\n',
      'apps/web/Dockerfile.j2': 'FROM {{ base }}\n',
    });
    expect(inferred.targets).toEqual(['web:image-build']);
  });
});

describe('a project with several Dockerfiles', () => {
  const WEB = {
    ...project('web'),
    'apps/web/Dockerfile': FROM_DEBIAN,
    'apps/web/Dockerfile.worker': 'FROM web\n',
    'apps/web/migrate.Dockerfile': FROM_DEBIAN,
  };

  it('has a target for each image, and one for all that runs nothing itself', () => {
    const inferred = infer(WEB);
    expect(imagesOf(inferred)).toEqual({
      'web:image-build-web': 'web',
      'web:image-build-web-migrate': 'web-migrate',
      'web:image-build-web-worker': 'web-worker',
    });
    const all = inferred.target('web:image-build');
    expect(all).toMatchObject({ executor: 'nx:noop', outputs: [] });
    expect(edgesOf(all)).toEqual(['web:image-build-web', 'web:image-build-web-migrate', 'web:image-build-web-worker']);
    expect(all.inputs).toEqual(expect.arrayContaining([{ externalDependencies: [] }, { env: 'NX_SLIPWAY_ENGINE' }]));
    expect(all.metadata).toMatchObject({ description: expect.stringContaining('image-build-web-worker') });
  });

  it('has edges between its own images, and from manifests to the very images', () => {
    const files = { ...WEB, ...project('api'), 'apps/api/k8s/a.yaml': deploymentOf('web-worker') };
    const { target } = inferInMemory(files);
    expect(edgesOf(target('web:image-build-web-worker'))).toEqual(['web:image-build-web']);
    expect(edgesOf(target('api:deploy-only'))).toEqual(['web:image-build-web-worker', 'cluster:cluster-up']);
  });

  it('takes options per image, with those of image-build as defaults, but name and Dockerfile only for the main one', () => {
    const targets = {
      'image-build': { options: { image: 'shop', buildContext: '{workspaceRoot}', buildArgs: { A: '1' } } },
      'image-build-web-worker': { options: { buildArgs: { A: '2' } } },
    };
    const targetDefaults = { 'image-build': { options: { network: 'none' } } };
    const worker = { 'apps/web/Dockerfile.worker': `${FROM_DEBIAN}COPY . .\n` };
    const inferred = infer({ ...WEB, ...worker, ...project('web', targets) }, { targetDefaults });
    expect(imagesOf(inferred)).toEqual({
      'web:image-build-web': 'shop',
      'web:image-build-web-migrate': 'web-migrate',
      'web:image-build-web-worker': 'web-worker',
    });
    expect(inferred.target('web:image-build-web-migrate').options).toMatchObject({
      buildContext: '',
      buildArgs: { A: '1' },
      network: 'none',
      dockerfile: 'apps/web/migrate.Dockerfile',
    });
    expect(inferred.target('web:image-build-web-worker').inputs).toContain('{workspaceRoot}/**/*');
  });

  it('has inputs for what each configuration of a target reads', () => {
    const files = { ...project('web'), 'apps/web/Dockerfile': `ARG FROM=a\n${FROM_DEBIAN}ARG FROM=a\nCOPY $FROM /x\n` };
    const configurations = { other: { buildArgs: { FROM: 'b' } } };
    const inferred = infer({ ...files, ...project('web', { 'image-build': { configurations } }) });
    expect(infer(files).target('web:image-build').inputs).not.toContain('{workspaceRoot}/apps/web/b');
    expect(inferred.target('web:image-build').inputs).toEqual(
      expect.arrayContaining(['{workspaceRoot}/apps/web/a', '{workspaceRoot}/apps/web/b']),
    );
  });

  it('keeps the target of an image that is configured when it is the only one', () => {
    const targets = { 'image-build-web': { options: { buildArgs: { A: '1' } } } };
    const inferred = infer({ ...project('web', targets), 'apps/web/Dockerfile': FROM_DEBIAN });
    expect(imagesOf(inferred)).toEqual({ 'web:image-build-web': 'web' });
    expect(edgesOf(inferred.target('web:image-build'))).toEqual(['web:image-build-web']);
  });

  it('builds the main image in image-build where its executor is stated', () => {
    const inferred = infer({ ...WEB, ...project('web', { 'image-build': { executor: 'nx-slipway:image-build' } }) });
    expect(imagesOf(inferred)).toMatchObject({ 'web:image-build': 'web', 'web:image-build-web-worker': 'web-worker' });
  });

  it('has none of them where the project builds by other means, and not the one that it builds so', () => {
    const command = { command: 'make image' };
    expect(infer({ ...WEB, ...project('web', { 'image-build': command }) }).targets).toEqual([]);
    expect(infer({ ...WEB, ...project('web', { 'image-build-web-worker': command }) }).targets).not.toContain(
      'web:image-build-web-worker',
    );
  });

  it('names in image-build which of them is the main one', () => {
    const targets = { 'image-build': { options: { dockerfile: '{projectRoot}/migrate.Dockerfile' } } };
    const inferred = infer({ ...WEB, ...project('web', targets) });
    expect(imagesOf(inferred)).toEqual({ 'web:image-build-web': 'web', 'web:image-build-web-worker': 'web-worker' });
    expect(inferred.target('web:image-build-web').options).toMatchObject({ dockerfile: 'apps/web/migrate.Dockerfile' });
  });

  it('warns of a Dockerfile that is for the same image as another', () => {
    const inferred = infer({ ...WEB, 'apps/web/worker.Dockerfile': FROM_DEBIAN });
    expect(warningsOf(inferred.target('web:image-build-web-worker'))).toEqual(['CONFIG_DOCKERFILE_SHADOWED']);
    expect(inferred.target('web:image-build-web-worker').options).toMatchObject({
      dockerfile: 'apps/web/Dockerfile.worker',
    });
  });
});

describe('a folder of Dockerfiles that belongs to no project', () => {
  it('gives each image a project in a virtual root, built from the workspace’s root', () => {
    const inferred = infer({
      'docker/aianalysis.Dockerfile': 'FROM debian\nCOPY cmd cmd\n',
      'docker/web.Dockerfile': 'FROM aianalysis\nCOPY . .\n',
      'build/Dockerfile.api': FROM_DEBIAN,
      'cmd/main.go': '',
      '.dockerignore': 'docs\n',
    });
    expect(inferred.projects.map(({ name, root, configFile }) => [name, root, configFile])).toEqual([
      ['api', 'build/api', 'build/Dockerfile.api'],
      ['aianalysis', 'docker/aianalysis', 'docker/aianalysis.Dockerfile'],
      ['web', 'docker/web', 'docker/web.Dockerfile'],
    ]);
    expect(imagesOf(inferred)).toEqual({
      'aianalysis:image-build': 'aianalysis',
      'api:image-build': 'api',
      'web:image-build': 'web',
    });
    const target = inferred.target('web:image-build');
    expect(target.options).toMatchObject({ dockerfile: 'docker/web.Dockerfile', buildContext: '.' });
    expect(edgesOf(target)).toEqual(['aianalysis:image-build']);
    expect(target.inputs).toContain('!{workspaceRoot}/docs/**/*');
    expect(JSON.stringify(target.inputs)).not.toContain('{projectRoot}');
  });

  it('builds from the folder, with a notice, what is copied only from there', () => {
    const inferred = infer({
      'docker/web.Dockerfile': 'FROM debian\nCOPY web/conf.d/*.conf /etc/\n',
      'docker/api.Dockerfile': 'FROM debian\nCOPY go.mod web ./\n',
      'docker/web/conf.d/a.conf': '',
      'go.mod': '',
      'web/a': '',
    });
    expect(inferred.target('web:image-build').options).toMatchObject({ buildContext: 'docker' });
    expect(warningsOf(inferred.target('web:image-build'))).toEqual(['CONFIG_BUILD_CONTEXT_CHOSEN']);
    expect(inferred.target('api:image-build').options).toMatchObject({ buildContext: '.' });
    expect(warningsOf(inferred.target('api:image-build'))).toEqual([]);
  });

  it('is one project where it has a Dockerfile without a name, and builds from itself', () => {
    const inferred = infer({ 'tools/web/Dockerfile': FROM_DEBIAN, 'tools/web/Dockerfile.worker': FROM_DEBIAN });
    expect(inferred.projects.map(({ root }) => root)).toEqual(['tools/web']);
    expect(imagesOf(inferred)).toEqual({ 'web:image-build-web': 'web', 'web:image-build-web-worker': 'web-worker' });
    expect(inferred.target('web:image-build-web-worker').options).toMatchObject({ buildContext: 'tools/web' });
  });

  it('gives its Dockerfile to the project of that name that has none, with a notice', () => {
    const inferred = infer({ ...project('web'), 'docker/web.Dockerfile': FROM_DEBIAN });
    expect(inferred.projects.map(({ root }) => root)).toEqual(['apps/web']);
    expect(inferred.target('web:image-build').options).toMatchObject({
      dockerfile: 'docker/web.Dockerfile',
      buildContext: '.',
      image: 'web',
    });
    expect(warningsOf(inferred.target('web:image-build'))).toEqual(['CONFIG_DOCKERFILE_ADOPTED']);
  });

  it('makes no project of a Dockerfile that a project names in an option', () => {
    const targets = { 'image-build': { options: { dockerfile: 'docker/front.Dockerfile' } } };
    const inferred = infer({ ...project('web', targets), 'docker/front.Dockerfile': FROM_DEBIAN });
    expect(inferred.targets).toEqual(['web:image-build']);
    expect(warningsOf(inferred.target('web:image-build'))).toEqual([]);
  });

  it('is the workspace’s root too, where that is no project', () => {
    const inferred = infer({ 'package.json': { name: 'shop' }, 'api.Dockerfile': FROM_DEBIAN, 'api/main.go': '' });
    expect(inferred.projects.map(({ name, root }) => [name, root])).toEqual([['api', '.slipway/images/api']]);
    expect(inferred.target('api:image-build').options).toMatchObject({ buildContext: '.' });
  });

  it.each(['vendor/github.com/acme/docker', 'apps/web/test/docker'])('is nobody’s in %s', (folder) => {
    expect(infer({ ...project('web'), [`${folder}/a.Dockerfile`]: '', [`${folder}/Dockerfile`]: '' }).targets).toEqual(
      [],
    );
  });

  it('keeps its virtual root out of the folder of another project', () => {
    const inferred = infer({
      'docker/web/Dockerfile': FROM_DEBIAN,
      'docker/web.Dockerfile': FROM_DEBIAN,
      'docker/api.Dockerfile': FROM_DEBIAN,
      'docker/api/project.json': { name: 'other' },
    });
    expect(inferred.projects.map(({ name, root }) => [name, root])).toEqual([
      ['api', '.slipway/images/docker-api'],
      ['docker-web', '.slipway/images/docker-web'],
      ['web', 'docker/web'],
    ]);
  });
});

describe('names that are taken', () => {
  it('are given to the first project, and others are named after their paths, with a warning', () => {
    const inferred = infer({
      ...project('web'),
      'apps/web/Dockerfile': FROM_DEBIAN,
      'docker/web.Dockerfile': FROM_DEBIAN,
      'images/Dockerfile.web': FROM_DEBIAN,
      'docker-web/project.json': { name: 'images-web' },
    });
    expect(imagesOf(inferred)).toEqual({
      'docker-web:image-build': 'docker-web',
      'images-web-2:image-build': 'images-web-2',
      'web:image-build': 'web',
    });
    expect(warningsOf(inferred.target('web:image-build'))).toEqual([]);
    expect(warningsOf(inferred.target('docker-web:image-build'))).toEqual(['CONFIG_PROJECT_RENAMED']);
  });

  it('are not taken from the cluster', () => {
    const inferred = inferInMemory({ 'docker/cluster.Dockerfile': FROM_DEBIAN });
    expect(inferred.targets).toEqual(['cluster:cluster-down', 'cluster:cluster-up', 'docker-cluster:image-build']);
    expect(JSON.stringify(inferred.target('docker-cluster:image-build').metadata)).toContain('as the cluster is');
  });

  it('of images go to who states them, and to the first; others get another with a warning', () => {
    const inferred = infer({
      'a/project.json': { name: 'Web' },
      'a/Dockerfile': FROM_DEBIAN,
      'b/project.json': { name: 'web', targets: { 'image-build': { options: { image: 'web' } } } },
      'b/Dockerfile': FROM_DEBIAN,
      'c/project.json': { name: 'WEB' },
      'c/Dockerfile': FROM_DEBIAN,
      'd/project.json': { name: 'd' },
      'd/Dockerfile': 'FROM web\nFROM a-web\n',
    });
    expect(imagesOf(inferred)).toEqual({
      'Web:image-build': 'a-web',
      'web:image-build': 'web',
      'WEB:image-build': 'c-web',
      'd:image-build': 'd',
    });
    expect(warningsOf(inferred.target('Web:image-build'))).toEqual(['CONFIG_IMAGE_RENAMED']);
    expect(warningsOf(inferred.target('web:image-build'))).toEqual([]);
    expect(edgesOf(inferred.target('d:image-build'))).toEqual(['Web:image-build']);
    expect(inferred.target('WEB:image-build').outputs).toContain('{workspaceRoot}/dist/images/c-web/image.json');
  });
});

describe('a bad Dockerfile', () => {
  it.each([
    ['empty', ''],
    ['binary', '\0\u0001\uFFFD'.repeat(999)],
    ['of unknown instructions', 'FROM debian\nRUNN a\n'],
    ['from an undefined argument', 'FROM ${NOTHING}\n'],
    ['with a BOM and CRLF', '\uFEFFFROM debian\r\nRUN a\r\n'],
    ['of two stages in a circle', 'FROM b AS a\nFROM a AS b\n'],
  ])('that is %s leaves the graph as it is, and its build reports it', (_, text) => {
    const inferred = infer({ 'web/Dockerfile': text, 'docker/api.Dockerfile': text });
    expect(inferred.targets).toEqual(['api:image-build', 'web:image-build']);
    expect(inferred.target('web:image-build').executor).toBe('nx-slipway:image-build');
  });

  it('that is too long is reported without parsing it, which would take seconds of every command', () => {
    const text = `FROM debian\n${'FROM a AS b\n'.repeat(900_000)}`;
    const inferred = infer({ 'web/Dockerfile': text, 'docker/api.Dockerfile': text });
    expect(codesOf(inferred.target('web:image-build'))).toEqual(['DOCKERFILE_TOO_LONG']);
    expect(codesOf(inferred.target('api:image-build'))).toEqual(['DOCKERFILE_TOO_LONG']);
  });
});

it('takes what a pinned base image registers by ONBUILD into the inputs', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  const inputsOf = (bases: Readonly<Record<string, unknown>>): unknown =>
    infer({
      'web/Dockerfile': 'FROM node:20-onbuild\nCOPY own.txt /\n',
      'slipway.lock.json': { schemaVersion: 1, bases },
    }).target('web:image-build').inputs;
  const narrow = expect.arrayContaining(['{workspaceRoot}/web/own.txt']) as unknown;
  const onbuild = ['COPY package.json /app/'];
  expect(inputsOf({ 'node:20-onbuild': { digest } })).toEqual(narrow);
  expect(inputsOf({ 'node:20-onbuild': { digest } })).not.toContain('{workspaceRoot}/web/package.json');
  expect(inputsOf({ 'node:20-onbuild': { digest, onbuild } })).toContain('{workspaceRoot}/web/package.json');
});

it('gives no target more inputs than Nx bears, and only folders beyond that', () => {
  const bases = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`base-${index}`, { recipe: `tools/bases/${index % 20}/${index}.sh` }]),
  );
  const { target } = infer({
    'web/Dockerfile': `${FROM_DEBIAN}COPY . .\n`,
    'web/.dockerignore': Array.from({ length: 400 }, (_, index) => `ignored-${index}`).join('\n'),
    'slipway.lock.json': { schemaVersion: 1, bases },
  });
  const { inputs = [] } = target('web:image-build');
  expect(inputs.length).toBeLessThanOrEqual(200);
  expect(inputs).toEqual(expect.arrayContaining(['{workspaceRoot}/web/**/*', '{workspaceRoot}/tools/bases/7/**/*']));
});

it('the option refresh becomes the number of its period, the same for a whole period', () => {
  const web = { 'web/project.json': { name: 'web', targets: { 'image-build': { options: { refresh: '7d' } } } } };
  const epochAt = (hour: number): unknown =>
    inferInMemory({ ...web, 'web/Dockerfile': FROM_DEBIAN }, { hour }).target('web:image-build').options;
  expect(epochAt(167)).toMatchObject({ refreshEpoch: 0 });
  expect(epochAt(168)).toMatchObject({ refreshEpoch: 1 });
  const bad = {
    ...web,
    'web/project.json': { name: 'web', targets: { 'image-build': { options: { refresh: 'weekly' } } } },
  };
  expect(codesOf(infer({ ...bad, 'web/Dockerfile': FROM_DEBIAN }).target('web:image-build'))).toEqual([
    'CONFIG_OPTIONS_INVALID',
  ]);
});
