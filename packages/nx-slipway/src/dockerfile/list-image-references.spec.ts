import { listImageReferences } from './list-image-references';
import { parseDockerfile } from './parse-dockerfile';
import type { BuildSelection } from './select-stages';

function list(lines: readonly string[], selection: Partial<BuildSelection> = {}) {
  const dockerfile = parseDockerfile(lines.join('\n'), 'Dockerfile');
  return listImageReferences(dockerfile, { buildArgs: {}, ...selection });
}

function names(lines: readonly string[], selection: Partial<BuildSelection> = {}) {
  return list(lines, selection).map(({ reference }) => reference);
}

const THREE_STAGES = [
  'FROM golang:1 AS build',
  'FROM node:20 AS assets',
  'FROM debian:12 AS debug',
  'COPY --from=build /a /',
  'FROM debian:12-slim',
  'COPY --from=assets /a /',
  'COPY --from=nginx:1 /etc /',
  'RUN --mount=type=bind,from=busybox:1,target=/x --mount=type=cache,target=/y true',
];

describe('listImageReferences', () => {
  test('names images of the stages that the last stage needs, and of no others', () => {
    expect(list(THREE_STAGES)).toEqual([
      { reference: 'node:20', line: 2, resolved: true },
      { reference: 'debian:12-slim', line: 5, resolved: true },
      { reference: 'nginx:1', line: 7, resolved: true },
      { reference: 'busybox:1', line: 8, resolved: true },
    ]);
  });

  test('follows the target stage, by name in any case and by number', () => {
    expect(names(THREE_STAGES, { targetStage: 'DEBUG' })).toEqual(['golang:1', 'debian:12']);
    expect(names(THREE_STAGES, { targetStage: '0' })).toEqual(['golang:1']);
  });

  test('takes stages by number for stages', () => {
    expect(names(['FROM a:1', 'FROM scratch', 'COPY --from=0 /x /'])).toEqual(['a:1']);
  });

  test('does not take scratch for an image, nor name one twice', () => {
    expect(names(['FROM scratch AS a', 'FROM b:1 AS c', 'FROM b:1', 'COPY --from=a / /', 'COPY --from=c / /'])).toEqual(
      ['b:1'],
    );
  });

  test('resolves global arguments, with the build arguments over the defaults', () => {
    const lines = ['ARG tag=1', 'ARG image=debian:${tag}', 'FROM ${image}'];
    expect(names(lines)).toEqual(['debian:1']);
    expect(names(lines, { buildArgs: { tag: '2' } })).toEqual(['debian:2']);
    expect(names(lines, { buildArgs: { image: 'x' } })).toEqual(['x']);
  });

  test('a build argument that no ARG declares does not count', () => {
    expect(list(['FROM x:${tag:-1}'], { buildArgs: { tag: '2' } })).toEqual([
      { reference: 'x:1', line: 1, resolved: true },
    ]);
  });

  test('an argument of an earlier stage does not reach FROM', () => {
    expect(names(['FROM a:1', 'ARG tag=9', 'FROM b:${tag:-1}'])).toEqual(['b:1']);
  });

  test('says so where nothing gives FROM a name', () => {
    expect(() => list(['ARG base', 'FROM $base'])).toThrow(
      'Dockerfile:2 starts a stage from $base, which names nothing',
    );
    expect(list(['FROM x-$TARGETARCH'])).toMatchObject([{ resolved: false }]);
    expect(names(['FROM x-$TARGETARCH'], { platform: 'linux/arm64' })).toEqual(['x-arm64']);
  });

  test('runs the triggers of a base that is a stage', () => {
    expect(names(['FROM a:1 AS base', 'ONBUILD COPY --from=b:1 / /', 'FROM base'])).toEqual(['a:1', 'b:1']);
  });

  test('refuses a stage that copies from a later one', () => {
    expect(() => names(['FROM a:1 AS x', 'COPY --from=y / /', 'FROM b:1 AS y', 'COPY --from=x / /'])).toThrow(
      'the stage x takes files from the stage y, which begins on line 3',
    );
  });

  test.each([
    [['FROM a:1', 'COPY --from=7 / /'], {}, 'Dockerfile has no stage 7, which line 2 names. It has: 0.'],
    [
      ['FROM a:1 AS x'],
      { targetStage: 'y' },
      'Dockerfile has no stage y, which the option "targetStage" names. It has: x.',
    ],
  ])('refuses an unknown stage in %j', (lines, selection, message) => {
    expect(() => list(lines, selection)).toThrow(message);
  });
});
