import { listCopySources } from './list-copy-sources';
import { parseDockerfile } from './parse-dockerfile';
import type { BuildSelection } from './select-stages';

function list(lines: readonly string[], selection: Partial<BuildSelection> = {}) {
  return listCopySources(parseDockerfile(lines.join('\n'), 'Dockerfile'), { buildArgs: {}, ...selection });
}

describe('listCopySources', () => {
  test('lists what COPY, ADD and bind mounts read, relative to the root of the build context', () => {
    const { reads, reusable } = list([
      'FROM scratch',
      'COPY go.mod ./go.sum /src/',
      'COPY --link . /src',
      'ADD ["a b.tar", "/"]',
      'RUN --mount=type=bind,source=/pkg,target=/pkg --mount=target=/all --mount=type=cache,target=/c make',
    ]);
    expect(reads).toMatchObject([
      { instruction: 'COPY', line: 2, sources: ['go.mod', 'go.sum'], resolved: true },
      { instruction: 'COPY', line: 3, sources: [''], resolved: true },
      { instruction: 'ADD', line: 4, sources: ['a b.tar'], resolved: true },
      { instruction: 'RUN', line: 5, sources: ['pkg'], resolved: true },
      { instruction: 'RUN', line: 5, sources: [''], resolved: true },
    ]);
    expect(reusable).toBe(true);
  });

  test('leaves out stages, images, heredocs and stages that the target does not need', () => {
    const { reads } = list([
      'FROM scratch AS unused',
      'COPY nowhere /',
      'FROM scratch AS build',
      'FROM scratch',
      'COPY --from=build /out /',
      'COPY --from=nginx:1 /etc /',
      'COPY <<EOF /file',
      'text',
      'EOF',
    ]);
    expect(reads).toEqual([]);
  });

  test('a source is below the root, however it is written', () => {
    expect(list(['FROM scratch', 'COPY /a/ ./b/../c ../../d /x/']).reads[0]?.sources).toEqual(['a', 'c', 'd']);
  });

  test('resolves arguments as they are at that line', () => {
    const { reads } = list(
      ['ARG dir=global', 'FROM scratch', 'COPY x$dir /', 'ARG dir', 'COPY $dir /', 'ENV dir=env', 'COPY ${dir} /'],
      { buildArgs: {} },
    );
    expect(reads.map(({ sources }) => sources)).toEqual([['x'], ['global'], ['env']]);
  });

  test('a build argument wins over a default; ENV and a later ARG of a name leave it open, since the engines do not agree', () => {
    const lines = ['FROM scratch', 'ARG a=1', 'COPY $a /', 'ENV a=3', 'ARG a=4', 'COPY $a /'];
    expect(list(lines, { buildArgs: { a: '2' } }).reads.map(({ sources }) => sources)).toEqual([['2'], []]);
  });

  test('a stage inherits ENV from the stage it is FROM; ARG only in BuildKit, so that is open', () => {
    const lines = ['FROM scratch AS a', 'ARG x=arg', 'ENV y=env', 'FROM a', 'COPY a$x $y /'];
    expect(list(lines).reads[0]?.sources).toEqual(['env']);
  });

  test('a variable that the base image may set is unknown', () => {
    expect(list(['FROM debian:12', 'COPY $APP_HOME other /']).reads).toMatchObject([
      { instruction: 'COPY', line: 2, sources: ['other'], resolved: false },
    ]);
  });

  test.each([
    ['ADD https://example.org/x.tgz /', false],
    ['ADD --checksum=sha256:00 https://example.org/x.tgz /', true],
    ['ADD https://github.com/a/b.git /', false],
    ['ADD https://github.com/a/b.git#main /', false],
    [`ADD https://github.com/a/b.git#${'0a'.repeat(20)} /`, true],
    ['ADD git@github.com:a/b.git /', false],
    ['COPY https://is-a-file-name /', true],
  ])('%s: reusable %s', (line, reusable) => {
    expect(list(['FROM scratch', line]).reusable).toBe(reusable);
  });

  test('says why an image is not reusable, without credentials', () => {
    expect(list(['FROM scratch', 'ADD https://me:secret@example.org/x?token=1 /']).unkeyed).toEqual([
      { line: 2, reason: 'ADD fetches https://example.org/x, and no --checksum says what it must be' },
    ]);
  });
});
