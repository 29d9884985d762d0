import { parseDockerfile } from '../../../dockerfile/parse-dockerfile';
import { appendIgnoreLines } from './append-ignore-lines';
import { applyFixes } from './apply-fixes';
import { editJson } from './edit-json';
import type { Fix } from './fix';
import { mayDecideContent } from './may-decide-content';
import { moveStamp } from './move-stamp';

const PLACE = { file: 'project.json', path: ['targets', 'image-build', 'options'] };

describe('editJson', () => {
  test('keeps comments, tabs, line ends, trailing commas and the missing line end', () => {
    const text = '{\r\n\t// why\r\n\t"a": { "b": 1, "c": 2, }, /* x */\r\n\t"z": []\r\n}';
    expect(editJson(text, [{ path: ['a', 'b'], value: undefined }])).toEqual({
      status: 'edited',
      text: '{\r\n\t// why\r\n\t"a": {\r\n\t\t"c": 2,\r\n\t}, /* x */\r\n\t"z": []\r\n}',
    });
    expect(editJson(text, [{ path: ['y', 'k'], value: ['v'] }])).toEqual({
      status: 'edited',
      text: '{\r\n\t// why\r\n\t"a": { "b": 1, "c": 2, }, /* x */\r\n\t"z": [],\r\n\t"y": {\r\n\t\t"k": [\r\n\t\t\t"v"\r\n\t\t]\r\n\t}\r\n}',
    });
  });

  test('keeps a byte order mark and an indentation of four', () => {
    expect(editJson('\uFEFF{\n    "a": 1\n}\n', [{ path: ['b'], value: 2 }])).toEqual({
      status: 'edited',
      text: '\uFEFF{\n    "a": 1,\n    "b": 2\n}\n',
    });
  });

  test.each([
    ['{ "a": 1', 'it is not JSON'],
    ['[1]', 'it does not hold an object'],
    ['', 'it is not JSON'],
  ])('refuses %j', (text, reason) => {
    expect(editJson(text, [{ path: ['b'], value: 2 }])).toEqual({ status: 'refused', reason });
  });
});

describe('moveStamp', () => {
  const options = (value: unknown): string =>
    JSON.stringify({ targets: { 'image-build': { options: value } } }, null, 2);
  const move = (text: string, stamps: Readonly<Record<string, string>> = {}): unknown => {
    const readText = (): string => text;
    const [fixed] = applyFixes([moveStamp('GIT_COMMIT', 'x', PLACE, stamps, readText)], readText);
    const parsed = JSON.parse(fixed?.after ?? '{}') as { targets: Record<string, { options: unknown }> };
    return parsed.targets['image-build']?.options;
  };

  test('moves an argument beside the stamps that are there, and leaves the others', () => {
    expect(move(options({ buildArgs: { GIT_COMMIT: 'x', GO: '1' }, stamps: { D: 'd' } }))).toEqual({
      buildArgs: { GO: '1' },
      stamps: { D: 'd', GIT_COMMIT: 'x' },
    });
  });

  test('writes out stamps that come from another place, since Nx takes the option whole', () => {
    expect(move(options({ buildArgs: { GIT_COMMIT: 'x' } }), { D: 'd' })).toEqual({
      buildArgs: {},
      stamps: { D: 'd', GIT_COMMIT: 'x' },
    });
  });
});

describe('mayDecideContent', () => {
  test.each([
    ['FROM a\nARG GIT_COMMIT\nLABEL c=$GIT_COMMIT\nRUN echo "${GIT_COMMIT}" > /v', false],
    ['FROM a\nARG GIT_COMMIT\nRUN go build -ldflags "-X main.c=$GIT_COMMIT" ./cmd/a', false],
    ['FROM a\nARG GIT_COMMIT\nRUN git checkout $GIT_COMMIT', true],
    ['FROM a\nARG GIT_COMMIT\nENV V=${GIT_COMMIT:-x}\nRUN curl -o /a https://host/$V', true],
    ['FROM a\nARG GIT_COMMIT\nCOPY $GIT_COMMIT /', true],
    ['ARG GIT_COMMIT\nFROM a:$GIT_COMMIT', true],
    ['FROM a\nARG GIT_COMMIT\nRUN git checkout $GIT_COMMITTER', false],
  ])('%j: %s', (text, expected) => {
    expect(mayDecideContent('GIT_COMMIT', parseDockerfile(text, 'Dockerfile'))).toBe(expected);
  });
});

describe('appendIgnoreLines', () => {
  test.each([
    ['', 'docs\n'],
    ['a', 'a\ndocs\n'],
    ['a\r\n', 'a\r\ndocs\r\n'],
    ['docs \nb\n', 'docs \nb\n'],
  ])('to %j', (text, after) => {
    expect(appendIgnoreLines(text, ['docs'])).toBe(after);
  });
});

describe('applyFixes', () => {
  const fixes: readonly Fix[] = [
    { kind: 'ignore-lines', file: '.dockerignore', lines: ['docs'] },
    { kind: 'json', file: 'project.json', changes: [{ path: ['a'], value: 1 }], summary: 'sets a' },
    { kind: 'json', file: 'bad.json', changes: [{ path: ['a'], value: 1 }], summary: 'sets a' },
  ];
  const files: Record<string, string> = { 'project.json': '{}\n', 'bad.json': '{' };

  test('tells what was done and what has to be done by hand, and does nothing twice', () => {
    const fixed = applyFixes(fixes, (path) => files[path]);
    expect(fixed).toEqual([
      { file: '.dockerignore', before: null, after: 'docs\n', done: ['.dockerignore: adds docs'], refused: [] },
      expect.objectContaining({
        file: 'bad.json',
        after: '{',
        refused: ['bad.json: left as it is, since it is not JSON. By hand: a: 1'],
      }),
      expect.objectContaining({ file: 'project.json', done: ['project.json: sets a'] }),
    ]);
    const after: Record<string, string> = Object.fromEntries(fixed.map((file) => [file.file, file.after]));
    expect(applyFixes(fixes, (path) => after[path]).filter(({ before, after: text }) => before !== text)).toEqual([]);
  });
});
