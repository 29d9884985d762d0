import { execFileSync } from 'node:child_process';
import { FreshWorkspace, type Environment } from './fresh-workspace';

interface BuildJson {
  readonly contentKey: string;
  readonly stamps: Readonly<Record<string, string>>;
}

const STAMPS = { GIT_COMMIT: '{commitSha}', BUILD_DATE: '{commitDate}' };

const DOCKERFILE = [
  'FROM scratch',
  ...Object.keys(STAMPS).map((name) => `ARG ${name}=unset`),
  'COPY content /content',
  ...Object.keys(STAMPS).map((name) => `LABEL ${name}=$${name}`),
  '',
].join('\n');

describe('the configuration release puts the stamps of its own commit into the image', () => {
  let workspace: FreshWorkspace;
  let project: string;
  let dev: { readonly imageId: string; readonly contentKey: string };

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.org', ...args], {
      cwd: workspace.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  /** Commits, with files that changed or without; returns what stamps are then. */
  const commit = (message: string): Record<keyof typeof STAMPS, string> => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
    return { GIT_COMMIT: git('rev-parse', 'HEAD'), BUILD_DATE: git('show', '--no-patch', '--format=%cI', 'HEAD') };
  };
  const build = (env: Environment, ...args: string[]): { imageId: string; contentKey: string; output: string } => {
    const { exitCode, output } = workspace.nxWith(env, 'run', `${project}:image-build`, ...args);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const { imageId } = workspace.readJson(`dist/images/${project}/image.json`) as { imageId: string };
    return { imageId, contentKey: buildJson().contentKey, output };
  };
  const release = (name: string): ReturnType<typeof build> => build({ NX_SLIPWAY_RELEASE: name }, '-c', 'release');
  const buildJson = (): BuildJson => workspace.readJson(`dist/images/${project}/build.json`) as BuildJson;
  /** The labels that the Dockerfile makes of stamps, as the engine has them. */
  const labelsOf = (imageId: string): unknown => {
    const inspect = ['image', 'inspect', '--format', '{{json .Labels}}', imageId.replace('sha256:', '')];
    const labels = JSON.parse(execFileSync('podman', inspect, { encoding: 'utf8' })) as Record<string, string>;
    return Object.fromEntries(Object.keys(STAMPS).map((name) => [name, labels[name]]));
  };

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    project = `${workspace.id}-stamped`;
    workspace.write({
      [`services/${project}/Dockerfile`]: DOCKERFILE,
      [`services/${project}/content`]: 'content\n',
      [`services/${project}/project.json`]: JSON.stringify({
        name: project,
        targets: { 'image-build': { options: { stamps: STAMPS } } },
      }),
    });
    git('init', '--quiet');
  });
  afterAll(() => workspace?.destroy());

  it('without it, a commit alone builds nothing, also where Nx’s cache is skipped', () => {
    const first = commit('first');
    dev = build({});
    expect(labelsOf(dev.imageId)).toEqual(first);
    commit('second');
    expect(build({})).toMatchObject({ imageId: dev.imageId, contentKey: dev.contentKey });
    const skipped = build({}, '--skip-nx-cache');
    expect(skipped).toMatchObject({ imageId: dev.imageId, contentKey: dev.contentKey });
    expect(skipped.output).toContain(`${project}: reused`);
  });

  it('a release without a name is refused', () => {
    const { exitCode, output } = workspace.nx('run', `${project}:image-build`, '-c', 'release');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/CONFIG_RELEASE_UNNAMED .*NX_SLIPWAY_RELEASE/s);
    expect(output).not.toMatch(/\n\s+at .*:\d+/);
  });

  it('each commit’s release has that commit’s stamps, in its labels and in build.json', () => {
    for (const message of ['third', 'fourth']) {
      const stamps = commit(message);
      const released = release(stamps.GIT_COMMIT);
      expect(labelsOf(released.imageId)).toEqual(stamps);
      expect(buildJson().stamps).toEqual(stamps);
      expect(released.contentKey).not.toBe(dev.contentKey);
      expect(release(stamps.GIT_COMMIT)).toMatchObject({ imageId: released.imageId, contentKey: released.contentKey });
    }
  });

  it('after releases, the build without it is the one from before them', () => {
    expect(build({})).toMatchObject({ imageId: dev.imageId, contentKey: dev.contentKey });
    expect(build({}, '--skip-nx-cache')).toMatchObject({ imageId: dev.imageId, contentKey: dev.contentKey });
  });
});
