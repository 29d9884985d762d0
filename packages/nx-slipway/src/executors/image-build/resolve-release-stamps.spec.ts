import type { ProcessRunner } from '../../exec/process-runner';
import type { ImageBuildJob } from './image-build-options';
import { resolveReleaseStamps } from './resolve-release-stamps';

const runner: ProcessRunner = { run: (command) => Promise.reject(new Error(`${command} was run`)) };

function jobWith(options: object): ImageBuildJob {
  return { project: 'web', target: 'image-build', workspaceRoot: '/w', options } as unknown as ImageBuildJob;
}

describe('resolveReleaseStamps', () => {
  const stamps = { VERSION: '1.2' };

  it('gives none where they are not to be in the key', async () => {
    expect(await resolveReleaseStamps(jobWith({ stamps, stampsInKey: false }), { runner, env: {} })).toBeUndefined();
  });

  it('gives their values to a release that has a name, and asks for one else', async () => {
    const job = jobWith({ stamps, stampsInKey: true });
    expect(await resolveReleaseStamps(job, { runner, env: { NX_SLIPWAY_RELEASE: 'v1' } })).toEqual(stamps);
    for (const env of [{}, { NX_SLIPWAY_RELEASE: '' }]) {
      await expect(resolveReleaseStamps(job, { runner, env })).rejects.toMatchObject({
        problem: {
          code: 'CONFIG_RELEASE_UNNAMED',
          hint: expect.stringContaining('npx nx run web:image-build:release') as string,
        },
      });
    }
  });
});
