import { INFERENCE_GLOB } from './inference-glob';
import { codesOf, deploymentOf, edgesOf, inferInMemory } from './testing/workspace-in-memory';

const CLUSTER = ['cluster:cluster-down', 'cluster:cluster-up'];

/** A service with an image of its own and manifests that run it. */
function service(name: string, deployOnly: object = {}): Record<string, unknown> {
  return {
    [`apps/${name}/project.json`]: { name, targets: { 'deploy-only': { options: deployOnly } } },
    [`apps/${name}/Dockerfile`]: 'FROM debian:bookworm-slim\n',
    [`apps/${name}/k8s/${name}.yaml`]: deploymentOf(name),
  };
}

/** Outputs of the build of an image. */
function recordsOf(image: string): string[] {
  return ['image.json', 'build.json'].map((name) => `{workspaceRoot}/dist/images/${image}/${name}`);
}

describe('a release', () => {
  const files = (stamps: object, more: object = {}): Record<string, unknown> => ({
    'web/project.json': { name: 'web', targets: { 'image-build': { options: { stamps } } } },
    'web/Dockerfile': 'FROM scratch\n',
    ...more,
  });
  const RELEASE_INPUT = { env: 'NX_SLIPWAY_RELEASE' };

  it('is a configuration of an image that has stamps, with its name in the hash', () => {
    const { target } = inferInMemory(files({ COMMIT: '{commitSha}' }));
    expect(target('web:image-build')).toMatchObject({ configurations: { release: { stampsInKey: true } } });
    expect(target('web:image-build').inputs).toContainEqual(RELEASE_INPUT);
  });

  it('is none of an image without, which is the same for every release', () => {
    const { target } = inferInMemory(files({}));
    expect(target('web:image-build').configurations).toBeUndefined();
    expect(target('web:image-build').inputs).not.toContainEqual(RELEASE_INPUT);
  });

  it('is passed on by the target for all images of a project', () => {
    const { target } = inferInMemory(files({ COMMIT: '{commitSha}' }, { 'web/Dockerfile.worker': 'FROM scratch\n' }));
    expect(target('web:image-build').configurations).toEqual({ release: {} });
    expect(target('web:image-build-web-worker').configurations).toEqual({ release: { stampsInKey: true } });
  });
});

describe('which targets there are', () => {
  it('infers a build for a Dockerfile, a deploy for manifests, and one cluster', () => {
    const { targets } = inferInMemory(service('web'));
    expect(targets).toEqual([...CLUSTER, 'web:deploy-only', 'web:image-build']);
  });

  it('takes a Containerfile where there is no Dockerfile', () => {
    const { target } = inferInMemory({ 'web/package.json': { name: 'web' }, 'web/Containerfile': 'FROM scratch\n' });
    expect(target('web:image-build').options).toMatchObject({ dockerfile: 'web/Containerfile' });
  });

  it('infers a test where one is configured with a command, and none for another plugin’s e2e', () => {
    const { targets } = inferInMemory({
      ...service('web'),
      'apps/web/project.json': { name: 'web', targets: { e2e: { options: { command: 'jest' } } } },
      'apps/other/project.json': { name: 'other', targets: { e2e: { executor: '@nx/playwright:playwright' } } },
      'apps/script/package.json': { name: 'script', scripts: { e2e: 'playwright test' } },
    });
    expect(targets).toEqual([...CLUSTER, 'web:deploy-only', 'web:e2e', 'web:image-build']);
  });

  it('leaves a target alone that the project runs by other means', () => {
    const { targets } = inferInMemory({
      'web/project.json': { name: 'web', targets: { 'image-build': { command: 'make image' } } },
      'web/Dockerfile': 'FROM scratch\n',
    });
    expect(targets).toEqual(CLUSTER);
  });

  it('infers a second image where a target names the executor', () => {
    const { target } = inferInMemory({
      ...service('web'),
      'apps/web/project.json': {
        name: 'web',
        targets: {
          'image-build-debug': {
            executor: 'nx-slipway:image-build',
            options: { image: 'web-debug', targetStage: 'debug' },
          },
        },
      },
    });
    expect(target('web:image-build-debug').outputs).toEqual(recordsOf('web-debug'));
    expect(target('web:image-build').outputs).toEqual(recordsOf('web'));
  });

  it('infers no targets for projects with neither Dockerfile nor manifests', () => {
    expect(inferInMemory({ 'packages/library/package.json': { name: 'library' } }).targets).toEqual(CLUSTER);
  });

  it('gives targets the names of the plugin options, also in edges', () => {
    const { target, targets } = inferInMemory(service('web'), {
      options: { targetNames: { imageBuild: 'container', deployOnly: 'deploy', clusterUp: 'up' } },
    });
    expect(targets).toEqual(['cluster:cluster-down', 'cluster:up', 'web:container', 'web:deploy']);
    expect(edgesOf(target('web:deploy'))).toEqual(['web:container', 'cluster:up']);
  });
});

describe('projects', () => {
  it('are looked for with a glob that Nx 22 parses, which has no nested braces', () => {
    expect(INFERENCE_GLOB).toMatch(/^\{[^{}]+\}$/);
    expect(INFERENCE_GLOB.slice(1, -1).split(',')).toEqual(
      expect.arrayContaining(['**/Dockerfile', '**/k8s/*.yml', 'nx.json']),
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['project.json', { 'a/web/project.json': { name: 'shop' }, 'a/web/package.json': { name: '@acme/web' } }, 'shop'],
    [
      'package.json, where project.json has no name',
      { 'a/web/project.json': {}, 'a/web/package.json': { name: 'web2' } },
      'web2',
    ],
    ['nx.name of package.json', { 'a/web/package.json': { name: '@acme/web', nx: { name: 'front' } } }, 'front'],
    ['package.json', { 'a/web/package.json': { name: '@acme/web' } }, '@acme/web'],
    ['the folder', {}, 'web'],
  ])('are named by %s', (_, files, name) => {
    const { targets } = inferInMemory({ 'a/web/Dockerfile': 'FROM scratch\n', ...files });
    expect(targets).toContain(`${name}:image-build`);
  });

  it('are not made of a Dockerfile inside of another project', () => {
    const { targets } = inferInMemory({
      'web/project.json': { name: 'web' },
      'web/test/fixture/Dockerfile': 'FROM scratch\n',
    });
    expect(targets).toEqual(CLUSTER);
  });

  it('never get one name twice, since that would fail the whole graph', () => {
    const { targets } = inferInMemory({
      'a/web/Dockerfile': 'FROM scratch\n',
      'b/web/Dockerfile': 'FROM scratch\n',
      'c/web/project.json': { name: 'web' },
    });
    expect(targets).toEqual(['a-web:image-build', 'b-web:image-build', ...CLUSTER]);
  });

  it('are not made of the workspace’s root by manifests alone', () => {
    const manifests = { 'k8s/all.yaml': deploymentOf('web') };
    expect(inferInMemory({ 'package.json': { name: 'root' }, ...manifests }).targets).toEqual(CLUSTER);
    expect(inferInMemory({ 'package.json': { name: 'root', nx: {} }, ...manifests }).targets).toContain(
      'root:deploy-only',
    );
  });
});

describe('image-build', () => {
  it.each([
    ['ADD https://example.test/a.tar /', false],
    [`ADD --checksum=sha256:${'0'.repeat(64)} https://example.test/a.tar /`, true],
  ])('of a Dockerfile with %j has the setting cache: %j', (line, cache) => {
    const { target } = inferInMemory({ ...service('web'), 'apps/web/Dockerfile': `FROM scratch\n${line}\n` });
    expect(target('web:image-build').cache).toBe(cache);
  });

  it('does not wait for an image of this workspace where its reference has a digest', () => {
    const { target } = inferInMemory({
      ...service('web'),
      ...service('redis'),
      'apps/web/Dockerfile': `FROM redis@sha256:${'0'.repeat(64)}\n`,
    });
    expect(target('web:image-build').dependsOn).toBeUndefined();
  });

  it('is cached, with options, inputs and outputs', () => {
    const target = inferInMemory(service('web')).target('web:image-build');
    expect(target).toMatchObject({
      executor: 'nx-slipway:image-build',
      cache: true,
      options: {
        dockerfile: 'apps/web/Dockerfile',
        buildContext: 'apps/web',
        image: 'web',
        platform: 'linux/amd64',
        engine: 'podman',
        admission: {},
      },
      outputs: recordsOf('web'),
    });
    expect(target.inputs).toEqual(
      expect.arrayContaining([
        { externalDependencies: [] },
        { env: 'NX_SLIPWAY_ENGINE' },
        '{workspaceRoot}/slipway.lock.json',
      ]),
    );
    // An image of one cluster is the image of every other one.
    expect(target.inputs).not.toContainEqual({ env: 'NX_SLIPWAY_CLUSTER' });
    expect(target.dependsOn).toBeUndefined();
    expect(target.inputs).not.toContainEqual(expect.objectContaining({ transitive: true }));
  });

  it('waits for the images of other projects that it is FROM or copies from, and has their records as inputs', () => {
    const { target } = inferInMemory({
      'base/Dockerfile': 'FROM debian:bookworm-slim\n',
      'tools/Dockerfile': 'FROM debian:bookworm-slim\n',
      'web/Dockerfile': 'ARG BASE=base\nFROM localhost/${BASE}:dev\nCOPY --from=tools:latest /bin/tool /bin/\n',
    });
    expect(edgesOf(target('web:image-build'))).toEqual(['base:image-build', 'tools:image-build']);
    expect(target('web:image-build').inputs).toContainEqual({
      dependentTasksOutputFiles: '**/image.json',
      transitive: true,
    });
  });

  it('takes build arguments and the target stage of the project’s configuration, tokens and targetDefaults into account', () => {
    const files = {
      'base/Dockerfile': 'FROM debian:bookworm-slim\n',
      'docker/web.Dockerfile': 'ARG BASE=other\nFROM ${BASE} AS wanted\nFROM base AS unwanted\n',
      'web/project.json': {
        name: 'web',
        targets: { 'image-build': { options: { dockerfile: '{workspaceRoot}/docker/{projectName}.Dockerfile' } } },
      },
    };
    const targetDefaults = {
      'nx-slipway:image-build': { options: { targetStage: 'wanted', buildArgs: { BASE: 'base' } } },
    };
    expect(edgesOf(inferInMemory(files, { targetDefaults }).target('web:image-build'))).toEqual(['base:image-build']);
    expect(
      inferInMemory({ ...files, 'docker/web.Dockerfile': 'ARG BASE=other\nFROM ${BASE}\n' }).target('web:image-build')
        .dependsOn,
    ).toBeUndefined();
  });

  it('takes FROM its own name as the image of a registry', () => {
    const { target } = inferInMemory({ 'redis/Dockerfile': 'FROM docker.io/library/redis:7\n' });
    expect(target('redis:image-build').executor).toBe('nx-slipway:image-build');
    expect(target('redis:image-build').dependsOn).toBeUndefined();
  });

  it('makes no edge from a Dockerfile that does not parse: the build reports it', () => {
    const { target } = inferInMemory({ 'web/Dockerfile': 'FORM base\n', 'base/Dockerfile': '' });
    expect(target('web:image-build').executor).toBe('nx-slipway:image-build');
  });

  it('is replaced by a problem for each of two images that state one name, and both are named', () => {
    const { target } = inferInMemory({
      ...service('web'),
      'apps/web/project.json': { name: 'web', targets: { 'image-build': { options: { image: 'web' } } } },
      'other/package.json': { name: 'Web', nx: { targets: { 'image-build': { options: { image: 'web' } } } } },
      'other/Dockerfile': 'FROM scratch\n',
    });
    expect(codesOf(target('web:image-build'))).toEqual(['CONFIG_IMAGE_DUPLICATE']);
    expect(JSON.stringify(target('Web:image-build').options)).toContain('Web:image-build, web:image-build');
    expect(edgesOf(target('web:deploy-only'))).toEqual(['Web:image-build', 'web:image-build', 'cluster:cluster-up']);
  });

  it('is replaced by a problem where images are built from each other in a circle', () => {
    const { target } = inferInMemory({
      'a/Dockerfile': 'FROM b\n',
      'b/Dockerfile': 'FROM c\n',
      'c/Dockerfile': 'FROM debian\nCOPY --from=a / /\n',
      'd/Dockerfile': 'FROM a\n',
    });
    for (const member of ['a', 'b', 'c']) {
      expect(codesOf(target(`${member}:image-build`))).toEqual(['CONFIG_IMAGE_CYCLE']);
      expect(target(`${member}:image-build`).dependsOn).toBeUndefined();
      expect(JSON.stringify(target(`${member}:image-build`).options)).toContain(
        'a:image-build -> b:image-build -> c:image-build -> a:image-build',
      );
    }
    expect(edgesOf(target('d:image-build'))).toEqual(['a:image-build']);
  });

  it.each([
    ['an image name that is none', { image: 'Web:latest' }],
    ['a Dockerfile outside of the workspace', { dockerfile: '../Dockerfile' }],
    ['a number as build argument', { buildArgs: { VERSION: 1 } }],
  ])('is replaced by a problem for %s', (_, options) => {
    const { target } = inferInMemory({
      'web/project.json': { name: 'web', targets: { 'image-build': { options } } },
      'web/Dockerfile': 'FROM scratch\n',
    });
    expect(codesOf(target('web:image-build'))).toEqual(['CONFIG_OPTIONS_INVALID']);
  });
});

describe('deploy-only', () => {
  it('waits for its needs, the images in its manifests and the cluster, and nothing else', () => {
    const { target } = inferInMemory({
      ...service('postgres'),
      ...service('redis'),
      ...service('web', { needs: ['redis', 'postgres'] }),
      'apps/web/manifests/extra.yml': deploymentOf('localhost/redis:dev', 'docker.io/library/busybox:1'),
    });
    expect(edgesOf(target('web:deploy-only'))).toEqual([
      'postgres:deploy-only',
      'redis:deploy-only',
      'redis:image-build',
      'web:image-build',
      'cluster:cluster-up',
    ]);
    expect(target('web:deploy-only')).toMatchObject({
      cache: false,
      outputs: ['{workspaceRoot}/dist/deploys/web/applied.json'],
      options: {
        manifests: ['apps/web/k8s/web.yaml', 'apps/web/manifests/extra.yml'],
        cluster: { provider: 'podman' },
      },
    });
    expect(target('web:deploy-only').inputs).toEqual([
      { externalDependencies: [] },
      { env: 'NX_SLIPWAY_ENGINE' },
      { env: 'NX_SLIPWAY_CLUSTER' },
      '{workspaceRoot}/apps/web/k8s/web.yaml',
      '{workspaceRoot}/apps/web/manifests/extra.yml',
      { dependentTasksOutputFiles: '**/image.json', transitive: true },
    ]);
  });

  it('reads the files of a folder that the option names', () => {
    const { target } = inferInMemory({
      ...service('web', { manifests: ['{workspaceRoot}/deploy/prod/'] }),
      ...service('api'),
      'deploy/prod/a.yaml': deploymentOf('api'),
      'deploy/prod/notes.txt': 'image: web',
    });
    expect(edgesOf(target('web:deploy-only'))).toEqual(['api:image-build', 'cluster:cluster-up']);
    expect(target('web:deploy-only').inputs).toContain('{workspaceRoot}/deploy/prod/*.yaml');
  });

  describe('whose configuration gives other manifests and needs', () => {
    const configured = (configurations: object): Record<string, unknown> => ({
      ...service('api'),
      ...service('redis'),
      ...service('web'),
      'apps/web/project.json': { name: 'web', targets: { 'deploy-only': { configurations } } },
      'apps/web/k8s/kind/api.yaml': deploymentOf('api'),
    });
    const manifests = ['{projectRoot}/k8s', '{projectRoot}/k8s/kind'];

    it('has the inputs and edges of every configuration, since Nx asks for them before it knows which is run', () => {
      const { target } = inferInMemory(configured({ kind: { manifests, needs: ['redis'] } }));
      expect(edgesOf(target('web:deploy-only'))).toEqual([
        'redis:deploy-only',
        'api:image-build',
        'web:image-build',
        'cluster:cluster-up',
      ]);
      expect(target('web:deploy-only').inputs).toEqual(
        expect.arrayContaining(['{workspaceRoot}/apps/web/k8s/web.yaml', '{workspaceRoot}/apps/web/k8s/kind/*.yaml']),
      );
      expect(target('web:deploy-only').options).toMatchObject({ manifests: ['apps/web/k8s/web.yaml'] });
    });

    it('has them by targetDefaults too', () => {
      const targetDefaults = { 'deploy-only': { configurations: { kind: { manifests } } } };
      const { target } = inferInMemory(configured({}), { targetDefaults });
      expect(edgesOf(target('web:deploy-only'))).toContain('api:image-build');
      expect(edgesOf(target('redis:deploy-only'))).not.toContain('api:image-build');
    });

    it('is replaced by a problem where a configuration is not valid', () => {
      const { target } = inferInMemory(configured({ kind: { manifests: 'k8s/kind' } }));
      expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_OPTIONS_INVALID']);
    });
  });

  it('has an edge to its own image-load with preload', () => {
    const { target } = inferInMemory(service('web', { preload: true, externalImages: ['busybox:*'] }));
    expect(edgesOf(target('web:deploy-only'))).toEqual(['web:image-build', 'cluster:cluster-up', 'web:image-load']);
    expect(edgesOf(target('web:image-load'))).toEqual(['web:image-build', 'cluster:cluster-up']);
    expect(target('web:image-load')).toMatchObject({ outputs: [], options: { externalImages: ['busybox:*'] } });
  });

  it('is replaced by a problem that names an unknown need', () => {
    const { target } = inferInMemory({ ...service('redis'), ...service('web', { needs: ['reddis'] }) });
    expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_NEED_UNKNOWN']);
    expect(JSON.stringify(target('web:deploy-only').options)).toContain('Projects that deploy: redis.');
  });

  it('is replaced by a problem for a need that deploys nothing', () => {
    const { target } = inferInMemory({
      'library/package.json': { name: 'library' },
      ...service('web', { needs: ['library'] }),
    });
    expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_NEED_NOT_DEPLOYED']);
  });

  it('is replaced by a problem in each member of a cycle, which is told in order', () => {
    const { target } = inferInMemory({
      ...service('c', { needs: ['a'] }),
      ...service('a', { needs: ['b'] }),
      ...service('b', { needs: ['c'] }),
      ...service('outside', { needs: ['b'] }),
      ...service('itself', { needs: ['itself'] }),
    });
    for (const member of ['a', 'b', 'c']) {
      expect(codesOf(target(`${member}:deploy-only`))).toEqual(['CONFIG_NEEDS_CYCLE']);
      expect(target(`${member}:deploy-only`).dependsOn).toBeUndefined();
      expect(JSON.stringify(target(`${member}:deploy-only`).options)).toContain('a -> b -> c -> a');
    }
    expect(edgesOf(target('outside:deploy-only'))).toContain('b:deploy-only');
    expect(JSON.stringify(target('itself:deploy-only').options)).toContain('itself -> itself');
  });

  it('is replaced by a problem where it is configured without manifests', () => {
    const { target } = inferInMemory({ 'web/project.json': { name: 'web', targets: { 'deploy-only': {} } } });
    expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_MANIFESTS_MISSING']);
  });
});

describe('e2e', () => {
  const tested = (options: object, extra: object = {}): Record<string, unknown> => ({
    ...service('web'),
    'apps/web/project.json': { name: 'web', targets: { e2e: { options: { command: 'jest', ...options } } } },
    ...extra,
  });

  it('waits for its own deploy, is cached, and depends on test files and records but on no sources', () => {
    const { target } = inferInMemory(tested({}));
    expect(edgesOf(target('web:e2e'))).toEqual(['web:deploy-only']);
    expect(target('web:e2e')).toMatchObject({ cache: true, outputs: ['{workspaceRoot}/dist/e2e/web'] });
    expect(target('web:e2e').inputs).toEqual([
      { externalDependencies: [] },
      { env: 'NX_SLIPWAY_ENGINE' },
      { env: 'NX_SLIPWAY_CLUSTER' },
      '{workspaceRoot}/apps/web/e2e/**/*',
      { dependentTasksOutputFiles: '**/image.json', transitive: true },
      { dependentTasksOutputFiles: '**/applied.json', transitive: true },
    ]);
  });

  it('has a folder that lies in no other project’s', () => {
    const project = { name: '@acme/web', targets: { e2e: { options: { command: 'jest' } } } };
    const { target } = inferInMemory({ ...tested({}), 'apps/web/project.json': project });
    expect(target('@acme/web:e2e').outputs).toEqual(['{workspaceRoot}/dist/e2e/@acme%2Fweb']);
  });

  it('takes test files from the workspace’s root, inferred ones kept with "..."', () => {
    const { target } = inferInMemory(
      tested({ testFiles: ['...', '{workspaceRoot}/jest.config.js', '!apps/web/e2e/notes.md'] }),
    );
    expect(target('web:e2e').inputs).toEqual(
      expect.arrayContaining([
        '{workspaceRoot}/apps/web/e2e/**/*',
        '{workspaceRoot}/jest.config.js',
        '!{workspaceRoot}/apps/web/e2e/notes.md',
      ]),
    );
  });

  it('has the npm packages that it names as inputs', () => {
    const lock = { packages: { 'node_modules/jest': { version: '30.0.0' } } };
    const { target } = inferInMemory(tested({ testPackages: ['jest'] }, { 'package-lock.json': lock }));
    expect(target('web:e2e').inputs).toContainEqual({ externalDependencies: ['jest'] });
  });

  it.each([
    ['npm does not have', { packages: {} }],
    ['is a project of the workspace', { packages: { 'node_modules/jest': { resolved: 'packages/jest', link: true } } }],
  ])('is replaced by a problem for a package that %s, which Nx would refuse to hash', (_, lock) => {
    const { target } = inferInMemory(tested({ testPackages: ['jest'] }, { 'package-lock.json': lock }));
    expect(codesOf(target('web:e2e'))).toEqual(['CONFIG_TEST_PACKAGE_UNKNOWN']);
  });

  it('is replaced by a problem where its project deploys nothing', () => {
    const { target } = inferInMemory({
      'web/project.json': { name: 'web', targets: { e2e: { options: { command: 'jest' } } } },
    });
    expect(codesOf(target('web:e2e'))).toEqual(['CONFIG_TEST_WITHOUT_DEPLOY']);
  });
});

describe('the cluster', () => {
  it('is a project in a folder that need not exist', () => {
    const { projects } = inferInMemory({}, { options: { cluster: { name: 'shared' } } });
    expect(projects).toMatchObject([{ name: 'cluster', root: '.slipway/cluster', configFile: 'nx.json' }]);
    expect(projects[0]?.targets['cluster-up']?.options).toEqual({
      engine: 'podman',
      cluster: { provider: 'podman', name: 'shared' },
    });
  });

  it('set to false leaves only builds, and says so where a deploy is configured', () => {
    const { targets, target } = inferInMemory(
      { 'api/Dockerfile': 'FROM scratch\n', 'api/k8s/a.yaml': deploymentOf('api'), ...service('web', { needs: [] }) },
      { options: { cluster: false } },
    );
    expect(targets).toEqual(['api:image-build', 'web:deploy-only', 'web:image-build']);
    expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_CLUSTER_DISABLED']);
  });

  it('whose name a project has makes problems of what needs it, and leaves builds', () => {
    const { target, projects } = inferInMemory({ ...service('web'), 'apps/cluster/project.json': { name: 'cluster' } });
    expect(codesOf(target('web:deploy-only'))).toEqual(['CONFIG_CLUSTER_NAME_TAKEN']);
    expect(codesOf(target('cluster:cluster-up'))).toEqual(['CONFIG_CLUSTER_NAME_TAKEN']);
    expect(target('web:image-build').executor).toBe('nx-slipway:image-build');
    expect(projects.map(({ root }) => root)).toEqual(['apps/web', 'apps/cluster']);
  });
});

describe('every target', () => {
  it('has inputs, outputs, help and the build that inferred it, and no edge but to named projects', () => {
    const { projects } = inferInMemory(
      { ...service('web', { preload: true }), ...service('broken', { needs: ['nobody'] }) },
      { buildId: 'build-1' },
    );
    for (const target of projects.flatMap(({ targets }) => Object.values(targets))) {
      expect(target.inputs).toEqual(
        expect.arrayContaining([{ externalDependencies: [] }, { env: 'NX_SLIPWAY_ENGINE' }]),
      );
      expect(target.outputs).toBeDefined();
      expect(target.metadata).toMatchObject({
        description: expect.stringMatching(/\.$/),
        technologies: ['container'],
        help: { command: expect.stringMatching(/^npx nx run \S+ --help$/) },
        slipwayBuild: 'build-1',
      });
      edgesOf(target);
    }
  });

  it('reports that the plugin options are not valid', () => {
    const { target, targets } = inferInMemory(service('web'), { options: { engine: 'rkt', clusters: true } });
    expect(targets).toEqual([...CLUSTER, 'web:deploy-only', 'web:image-build']);
    for (const id of targets) expect(codesOf(target(id))).toEqual(['CONFIG_PLUGIN_OPTIONS_INVALID']);
    expect(JSON.stringify(target('web:image-build').options)).toMatch(/engine: .*clusters/);
  });

  it('reports its problem through an edge where the project states the executor, since Nx drops another one', () => {
    const stated = { executor: 'nx-slipway:deploy-only', options: { needs: ['nobody'] } };
    const { target } = inferInMemory({
      ...service('web'),
      'apps/web/project.json': { name: 'web', targets: { 'deploy-only': stated } },
    });
    expect(target('web:deploy-only')).toMatchObject({ executor: 'nx-slipway:deploy-only', cache: false });
    expect(target('web:deploy-only').options).toEqual({});
    expect(edgesOf(target('web:deploy-only'))).toEqual(['web:deploy-only-problem']);
    expect(codesOf(target('web:deploy-only-problem'))).toEqual(['CONFIG_NEED_UNKNOWN']);
  });

  it('has no token of Nx in a problem’s text: Nx would fail the graph', () => {
    const { target } = inferInMemory(service('web', { needs: ['a {workspaceRoot} b'] }));
    expect(JSON.stringify(target('web:deploy-only').options)).toContain('a <workspaceRoot> b');
  });
});
