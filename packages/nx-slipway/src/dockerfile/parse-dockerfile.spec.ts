import { isSlipwayError } from '../errors/slipway-error';
import { parseDockerfile } from './parse-dockerfile';

function parse(...lines: string[]) {
  return parseDockerfile(lines.join('\n'), 'Dockerfile');
}

function problemOf(text: string) {
  try {
    parseDockerfile(text, 'app/Dockerfile');
  } catch (error) {
    if (isSlipwayError(error)) return error.problem;
  }
  throw new Error('nothing was thrown');
}

describe('parseDockerfile', () => {
  test('gives stages with name, base, platform and the lines of their instructions', () => {
    const { stages, globalArguments } = parse(
      'ARG GO=1.22',
      'FROM --platform=$BUILDPLATFORM golang:${GO} AS Build',
      'RUN make \\',
      '  # a comment in between',
      '',
      '  all',
      'FROM scratch',
      'COPY --from=build --chown=1:1 /out /',
    );
    expect(globalArguments.map(({ text }) => text)).toEqual(['GO=1.22']);
    expect(stages).toMatchObject([
      { index: 0, name: 'build', base: 'golang:${GO}', platform: '$BUILDPLATFORM', line: 2 },
      { index: 1, name: null, base: 'scratch', platform: null, line: 7 },
    ]);
    expect(stages[0]?.instructions).toMatchObject([{ keyword: 'RUN', line: 3, endLine: 6, text: 'make   all' }]);
    expect(stages[1]?.instructions[0]).toMatchObject({
      flags: [
        { name: 'from', value: 'build' },
        { name: 'chown', value: '1:1' },
      ],
      text: '/out /',
    });
  });

  test('keeps the spaces of the JSON form', () => {
    const [stage] = parse('FROM scratch', 'COPY ["a b.txt", "c  d", "/dest/"]', 'RUN [ -f /x ] && true').stages;
    expect(stage?.instructions[0]?.json).toEqual(['a b.txt', 'c  d', '/dest/']);
    expect(stage?.instructions[1]?.json).toBeUndefined();
  });

  test('takes heredocs out of the lines that follow', () => {
    const [stage] = parse(
      'FROM scratch',
      "COPY <<one.txt <<-'TWO' /dest/",
      'FROM is text here',
      'one.txt',
      '\t$TWO',
      '\tTWO',
      'RUN echo "<<NOT" <<EOF',
      'body',
      'EOF',
      'USER 1',
    ).stages;
    expect(stage?.instructions.map(({ keyword, line, endLine }) => [keyword, line, endLine])).toEqual([
      ['COPY', 2, 6],
      ['RUN', 7, 9],
      ['USER', 10, 10],
    ]);
    expect(stage?.instructions[0]?.heredocs).toEqual([
      { name: 'one.txt', content: 'FROM is text here', expand: true },
      { name: 'TWO', content: '$TWO', expand: false },
    ]);
  });

  test('obeys the escape directive', () => {
    const parsed = parse('# escape=`', '# syntax=docker/dockerfile:1', 'FROM scratch', 'COPY a `', '  C:\\', 'USER 1');
    expect(parsed.escape).toBe('`');
    expect(parsed.directives).toEqual({ escape: '`', syntax: 'docker/dockerfile:1' });
    expect(parsed.stages[0]?.instructions.map(({ keyword }) => keyword)).toEqual(['COPY', 'USER']);
  });

  test('takes a directive after a comment for a comment', () => {
    expect(parse('# hello', '# escape=`', 'FROM scratch').escape).toBe('\\');
  });

  test('is indifferent to a BOM, CRLF and the case of keywords', () => {
    const parsed = parseDockerfile('\uFEFFfrom scratch as X\r\ncopy a \\\r\n  b\r\n', 'Dockerfile');
    expect(parsed.stages[0]).toMatchObject({ name: 'x', instructions: [{ keyword: 'COPY', text: 'a   b' }] });
  });

  test('does not continue a line that ends in two escape characters', () => {
    expect(parse('FROM scratch', 'RUN echo \\\\', 'USER 1').stages[0]?.instructions).toHaveLength(2);
  });

  test('keeps what ONBUILD registers', () => {
    const trigger = parse('FROM scratch', 'ONBUILD COPY --chown=1 a /b').stages[0]?.instructions[0]?.trigger;
    expect(trigger).toMatchObject({ keyword: 'COPY', text: 'a /b', flags: [{ name: 'chown', value: '1' }] });
  });

  test.each([
    ['', 'DOCKERFILE_EMPTY'],
    ['# only a comment\n\n', 'DOCKERFILE_EMPTY'],
  ])('refuses %j as empty', (text, code) => {
    expect(problemOf(text).code).toBe(code);
  });

  test.each([
    ['FROM scratch\nCOPPY a b', 2, 'COPPY is not an instruction'],
    ['RUN true\nFROM scratch', 1, 'starts with FROM'],
    ['ARG a=1', 1, 'starts with FROM'],
    ['FROM', 1, 'FROM needs at least one argument'],
    ['FROM a b', 1, 'FROM takes one image'],
    ['FROM a AS 1x', 1, '1x cannot be the name of a stage'],
    ['FROM scratch\nCOPY a', 2, 'COPY needs at least one source'],
    ['FROM scratch\nCOPY ["a"]', 2, 'COPY needs at least one source'],
    ['FROM scratch\nRUN <<EOF\nnever ended', 2, 'the heredoc EOF has no end'],
    ['# escape=x\nFROM scratch', 1, 'the escape character is either'],
    ['# escape=`\n# escape=`\nFROM scratch', 2, 'given twice'],
    ['FROM scratch\nONBUILD FROM x', 2, 'ONBUILD cannot register FROM'],
    ['FROM scratch\nONBUILD NOPE x', 2, 'NOPE is not an instruction'],
  ])('refuses %j and names line %i', (text, line, reason) => {
    const problem = problemOf(text);
    expect(problem.code).toBe('DOCKERFILE_SYNTAX_INVALID');
    expect(problem.message).toContain(`app/Dockerfile:${line} `);
    expect(problem.message).toContain(reason);
  });

  test('refuses a line longer than 65,535 bytes, of whatever characters, and takes one as long as that', () => {
    const copyOf = (name: string): string => `FROM scratch\nCOPY ${name} /`;
    expect(parse('FROM scratch', `COPY ${'a'.repeat(65_528)} /`).stages).toHaveLength(1);
    expect(problemOf(copyOf('a'.repeat(65_529))).message).toContain('app/Dockerfile:2 ');
    expect(problemOf(copyOf('\u20ac'.repeat(21_843))).message).toContain('longer than 65535 bytes');
  });

  test('a doubtful place far down is found on its own line, below heredocs of any length', () => {
    const body = Array.from({ length: 5_000 }, (_, index) => `line ${index} \\\\`);
    const parsed = parse('FROM scratch', 'RUN <<EOF', ...body, 'EOF', 'RUN echo \\\\', 'USER 1');
    expect(parsed.doubts).toEqual([
      { line: 5_004, engine: 'buildkit', what: 'a line that ends in two escape characters' },
    ]);
  });
});
