import { parseIgnoreFile } from './ignore-rules';

/** Cases of moby/patternmatcher's own test (v0.6.0, `matchesTestCases`), in its order: patterns, path, ignored. */
const MOBY_CASES: readonly (readonly [string, string, boolean])[] = [
  ['**', 'file', true],
  ['**', 'file/', true],
  ['**/', 'file', true],
  ['**', 'dir/file', true],
  ['**/**', 'dir/file', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir/dir2/file', true],
  ['**/dir', 'dir/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/**', 'dir/dir2/dir2/file', true],
  ['**file', 'file', true],
  ['**file', 'dir/file', true],
  ['**/file', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file.txt', true],
  ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/file*.txt*', 'dir/dir/file.txt', true],
  ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['**/*.txt', 'file.txt', true],
  ['**/**/*.txt', 'file.txt', true],
  ['a**/*.txt', 'a/file.txt', true],
  ['a**/*.txt', 'a/dir/file.txt', true],
  ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a/*.txt', 'a/file.txt', true],
  ['a[b-d]e', 'ae', false],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'aae', false],
  ['a[^b-d]e', 'aze', true],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['abc.def', 'abcdef', false],
  ['abc.def', 'abc.def', true],
  ['abc.def', 'abcZdef', false],
  ['abc?def', 'abcZdef', true],
  ['abc?def', 'abcdef', false],
  ['a\\*b', 'a*b', true],
  ['a\\', 'a', false],
  ['**/foo/bar', 'foo/bar', true],
  ['**/foo/bar', 'dir/foo/bar', true],
  ['abc/**', 'abc', false],
  ['abc/**', 'abc/def', true],
  ['**/.foo', 'test/.foo', true],
  ['**/.foo', 'bar.foo', false],
  ['a(b)c/def', 'a(b)c/def', true],
  ['a(b)c/def', 'a(b)c/xyz', false],
  ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
  [
    'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
    'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl',
    true,
  ],
  ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
];

function isIgnored(text: string, path: string): boolean {
  return parseIgnoreFile(text).isIgnored(path.replace(/\/$/, ''));
}

describe('parseIgnoreFile', () => {
  test.each(MOBY_CASES.filter(([pattern]) => pattern !== 'a\\'))(
    '%j on %j: %s, as in moby',
    (pattern, path, ignored) => {
      expect(isIgnored(pattern, path)).toBe(ignored);
    },
  );

  test.each([
    ['the last pattern that matches decides', '*.md\n!README.md\n', 'README.md', false],
    ['order counts', '!README.md\n*.md\n', 'README.md', true],
    ['a folder takes what is in it along', 'docs', 'docs/a/b.txt', true],
    ['an exception reaches below a folder', 'docs\n!docs/a', 'docs/a/b.txt', false],
    ['an exception with a wildcard reaches below a folder', '**\n!**/*.go', 'src/deep/a.go', false],
    ['a pattern after the exception wins again', '*\n!src\nsrc/tmp', 'src/tmp/x', true],
    ['a leading slash changes nothing', '/docs', 'docs', true],
    ['a leading slash changes nothing in an exception', 'docs\n!/docs/a', 'docs/a', false],
    ['a trailing slash changes nothing', 'docs/', 'docs', true],
    ['dots are cleaned', './docs/../src', 'src', true],
    ['white space around is dropped', '  docs \t', 'docs', true],
    ['white space after ! is dropped', 'docs\n! docs/a', 'docs/a', false],
    ['a comment is no pattern', '#docs', '#docs', false],
    ['a # after white space is a pattern', ' #docs', '#docs', true],
    ['a BOM is dropped', '\uFEFFdocs', 'docs', true],
    ['CRLF ends a line', 'docs\r\nsrc\r\n', 'docs', true],
    ['case counts', 'Docs', 'docs', false],
    ['a name with a newline', '*', 'a\nb', true],
    ['* does not cross a folder', 'a*c', 'a/c', false],
    ['? is one character beyond the BMP', '?', '😀', true],
    ['an empty file ignores nothing', '', 'a', false],
  ])('%s', (_title, text, path, ignored) => {
    expect(isIgnored(text, path)).toBe(ignored);
  });

  test('judges like MatchesUsingParentResults where that differs from looking at all parents (docker/buildx#850)', () => {
    expect(isIgnored('foo\n!foo/x\nf*', 'foo/x')).toBe(false);
    expect(isIgnored('*\n!lib/**\nlib', 'lib/a')).toBe(false);
  });

  test.each(['[', 'a\n!', '[]', '[a-]', '[-a]', 'a\\', 'x[b-a]', '[[:alpha:]]'])(
    'refuses %j and names the line',
    (text) => {
      const line = text.split('\n').length;
      expect(() => parseIgnoreFile(text, 'app/.dockerignore')).toThrow(
        `app/.dockerignore:${line} is not a valid pattern`,
      );
    },
  );

  test('names the line that decides', () => {
    const rules = parseIgnoreFile('# comment\n\n*.md\n!a.md');
    expect(rules.judge('b.md', undefined)).toMatchObject({ ignored: true, line: 3 });
    expect(rules.judge('a.md', undefined)).toMatchObject({ ignored: false, line: 4 });
    expect(rules.judge('c', undefined)).toMatchObject({ ignored: false, line: null });
  });

  test.each([
    ['docs\n!docs/a/b', 'docs', true],
    ['docs\n!docs/a/b', 'docs/a', true],
    ['docs\n!docs/a/b', 'docs/c', false],
    ['docs\n!docs/a/b', 'src', false],
    ['docs\n!**/b', 'docs/c', true],
    ['docs\n!d*/b', 'docs', true],
    ['docs', 'docs', false],
  ])('%j may let something through below %s: %s', (text, folder, expected) => {
    expect(parseIgnoreFile(text).mayLetThroughBelow(folder)).toBe(expected);
  });
});

describe('what patternmatcher has, whatever it means to have', () => {
  // Seen with github.com/moby/patternmatcher v0.6.1; integration/ignore-oracle.int.spec.ts compares thousands.
  test.each([
    ['b/a]/a|b', 'xb', true],
    ['a|b', 'b', false],
    ['a{2}?', 'aax', true],
    ['{a}*', '{a}', true],
  ])('%j, asked about %j: %s', (ignore, path, expected) => {
    expect(parseIgnoreFile(ignore).isIgnored(path)).toBe(expected);
  });
});
