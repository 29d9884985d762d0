import { imageBuildOptionsSchema, normalizeImageBuildJob } from '../../executors/image-build/image-build-options';
import { listNeededBases, placeOf, type ReadableJob } from './list-needed-bases';

const IMAGES = new Set(['web', 'base', 'redis']);

function jobOf(project: string, lines: readonly string[], options: object = {}): ReadableJob {
  const place = { project, target: 'image-build', workspaceRoot: '/w', projectRoot: project, architecture: 'x64' };
  const job = normalizeImageBuildJob(imageBuildOptionsSchema.parse(options), place);
  return { job, dockerfileText: `${lines.join('\n')}\n` };
}

describe('listNeededBases', () => {
  test('takes each image once, but for those of the workspace and those with a digest', () => {
    const web = jobOf('web', [
      'FROM debian:12 AS build',
      'FROM localhost/base:dev',
      'COPY --from=build / /',
      'COPY --from=tools:1 / /',
      `RUN --mount=type=bind,from=debian@sha256:${'1'.repeat(64)},target=/x true`,
    ]);
    const other = jobOf('other', ['FROM debian:12']);
    const { bases, warnings } = listNeededBases([web, other], IMAGES);
    expect(bases.map((base) => [base.reference, placeOf(base)])).toEqual([
      ['debian:12', 'web/Dockerfile:1'],
      ['tools:1', 'web/Dockerfile:4'],
    ]);
    expect(warnings).toEqual([]);
  });

  test('takes the one of a registry where an image is named like its base', () => {
    expect(listNeededBases([jobOf('redis', ['FROM redis'])], IMAGES).bases).toMatchObject([{ reference: 'redis' }]);
  });

  test('resolves arguments by the options, and warns where none has a value', () => {
    const lines = ['ARG TAG', 'FROM debian:${TAG}'];
    const given = jobOf('web', lines, { buildArgs: { TAG: '12' }, platform: 'linux/arm64' });
    expect(listNeededBases([given], IMAGES).bases).toMatchObject([{ reference: 'debian:12', platform: 'linux/arm64' }]);
    const { bases, warnings } = listNeededBases([jobOf('web', lines)], IMAGES);
    expect(bases).toEqual([]);
    expect(warnings).toMatchObject([
      { code: 'CONTEXT_BASE_ARGUMENT', message: expect.stringContaining('web/Dockerfile:2') },
    ]);
  });
});
