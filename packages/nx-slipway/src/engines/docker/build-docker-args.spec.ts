import { buildDockerBuildArgs, type DockerBuildPlan } from './build-docker-args';

const plan: DockerBuildPlan = {
  frontEnd: 'buildx',
  stagedFolder: '/b/staged files',
  namedFolders: {},
  dockerfile: '/b/my Dockerfile',
  hostPlatform: 'linux/amd64',
  buildArgs: {},
  secrets: [],
  network: 'default',
  tags: [],
  imageIdFile: '/b/id',
  metadataFile: '/b/metadata',
};

describe('buildDockerBuildArgs', () => {
  it('keeps attestations, which hold the time of the build, out of what buildx builds', () => {
    expect(buildDockerBuildArgs(plan)).toContain('--provenance=false');
  });

  it('gives the client of docker 20.10 no option that only buildx has', () => {
    const args = buildDockerBuildArgs({ ...plan, frontEnd: 'integrated' });
    expect(args).not.toContain('--metadata-file');
    expect(args).not.toContain('--provenance=false');
  });

  it('names a platform only where it is not the host’s', () => {
    expect(buildDockerBuildArgs({ ...plan, platform: 'linux/amd64' })).not.toContain('--platform');
    expect(buildDockerBuildArgs({ ...plan, platform: 'linux/arm64' })).toContain('linux/arm64');
  });

  it('passes everything on, and ends with the Dockerfile and the staged folder, blanks and all', () => {
    const args = buildDockerBuildArgs({
      ...plan,
      targetStage: 'run',
      buildArgs: { A: 'b c' },
      secrets: ['id=x,src=/y'],
      network: 'none',
      tags: ['localhost/web:1'],
      noCache: true,
      namedFolders: { proto: '/b/x-0' },
    });
    expect(args.join('|')).toContain(
      '--no-cache|--iidfile|/b/id|--target|run|--network|none|--build-arg|A=b c|--secret|id=x,src=/y|--build-context|proto=/b/x-0|--tag|localhost/web:1',
    );
    expect(args.slice(-3)).toEqual(['--file', '/b/my Dockerfile', '/b/staged files']);
  });
});
