import { imageBuildOptionsSchema, normalizeImageBuildJob, type ImageBuildJob } from './image-build-options';

function normalize(options: Readonly<Record<string, unknown>>, projectRoot = 'apps/web'): ImageBuildJob {
  const place = { project: '@acme/web', target: 'image-build', workspaceRoot: '/w', projectRoot, architecture: 'x64' };
  return normalizeImageBuildJob(imageBuildOptionsSchema.parse(options), place);
}

describe('normalizeImageBuildJob', () => {
  it('fills in all that the options leave out', () => {
    expect(normalize({})).toMatchObject({
      project: '@acme/web',
      image: 'acme/web',
      dockerfile: 'apps/web/Dockerfile',
      buildContext: 'apps/web',
      platform: 'linux/amd64',
      options: { buildArgs: {}, stamps: {}, secrets: [], network: 'default', timeoutSeconds: 3_600 },
    });
  });

  it('keeps what the options say', () => {
    const options = { image: 'front', dockerfile: 'docker/Dockerfile', buildContext: 'src', platform: 'linux/arm64' };
    expect(normalize(options)).toMatchObject(options);
  });

  it.each([
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['', ''],
    ['./apps/web/', 'apps/web'],
    ['/apps/web', 'apps/web'],
    ['.config', '.config'],
  ])('makes the build context %j workspace-relative', (buildContext, expected) => {
    expect(normalize({ buildContext }).buildContext).toBe(expected);
  });

  it('finds the Dockerfile of a project at the root of the workspace', () => {
    expect(normalize({}, '.').dockerfile).toBe('Dockerfile');
  });
});
