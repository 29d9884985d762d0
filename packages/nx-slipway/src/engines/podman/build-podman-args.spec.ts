import { buildPodmanBuildArgs, type PodmanBuildPlan } from './build-podman-args';

const plan: PodmanBuildPlan = {
  stagedFolder: '/s/staged files',
  namedFolders: {},
  dockerfile: '/w/my Dockerfile',
  hostPlatform: 'linux/amd64',
  buildArgs: {},
  secrets: [],
  network: 'default',
  projectImages: {},
  tags: [],
  ignoreFile: '/b/ignore',
  imageIdFile: '/b/id',
  cgroup: null,
};

function valuesOf(option: string, args: readonly string[]): string[] {
  return args.flatMap((argument, index) => (argument === option ? [args[index + 1] ?? ''] : []));
}

describe('buildPodmanBuildArgs', () => {
  it('keeps what varies between machines and moments out of the image', () => {
    const args = buildPodmanBuildArgs(plan);
    expect(valuesOf('--timestamp', args)).toEqual(['0']);
    expect(args).toContain('--identity-label=false');
    expect(valuesOf('--label', args)).toEqual(['io.nx-slipway=image']);
  });

  it('ends with the Dockerfile and the staged folder, blanks and all', () => {
    expect(buildPodmanBuildArgs(plan).slice(-3)).toEqual(['--file', '/w/my Dockerfile', '/s/staged files']);
  });

  it('names a cgroup together with the driver that can make it, or neither', () => {
    const args = buildPodmanBuildArgs({ ...plan, cgroup: '/nx-slipway/1' });
    expect(args.slice(0, 3)).toEqual(['--cgroup-manager', 'cgroupfs', 'build']);
    expect(valuesOf('--cgroup-parent', args)).toEqual(['/nx-slipway/1']);
    expect(buildPodmanBuildArgs(plan).join(' ')).not.toContain('cgroup');
  });

  it.each([
    [undefined, []],
    ['linux/amd64', []],
    ['linux/arm64', ['linux/arm64']],
  ])('names the platform %s only where it is not the host own', (platform, expected) => {
    expect(valuesOf('--platform', buildPodmanBuildArgs({ ...plan, platform }))).toEqual(expected);
  });

  it.each([
    ['default' as const, []],
    ['none' as const, ['none']],
    ['host' as const, ['host']],
  ])('passes the network %s', (network, expected) => {
    expect(valuesOf('--network', buildPodmanBuildArgs({ ...plan, network }))).toEqual(expected);
  });

  it('passes build arguments, secrets, images of projects, target stage and tags', () => {
    const args = buildPodmanBuildArgs({
      ...plan,
      buildArgs: { A: 'x=y z', B: '' },
      secrets: ['id=pip,src=/p'],
      projectImages: { 'base:dev': 'localhost/base:i-1' },
      targetStage: 'run',
      tags: ['localhost/web:c-1', 'localhost/web:2'],
    });
    expect(valuesOf('--build-arg', args)).toEqual(['A=x=y z', 'B=']);
    expect(valuesOf('--secret', args)).toEqual(['id=pip,src=/p']);
    expect(valuesOf('--build-context', args)).toEqual(['base:dev=container-image://localhost/base:i-1']);
    expect(valuesOf('--target', args)).toEqual(['run']);
    expect(valuesOf('--tag', args)).toEqual(['localhost/web:c-1', 'localhost/web:2']);
  });

  it('names an additional build context in every way in which a Dockerfile may', () => {
    const args = buildPodmanBuildArgs({ ...plan, namedFolders: { proto: '/s/one' } });
    const library = 'docker.io/library/proto';
    expect(valuesOf('--build-context', args)).toEqual(
      ['proto', 'proto:latest', 'docker.io/proto', 'docker.io/proto:latest', library, `${library}:latest`].map(
        (name) => `${name}=/s/one`,
      ),
    );
  });
});
