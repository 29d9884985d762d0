import type { ContextEntry } from '../../../build-context/build-context';
import { countTouching, parseGitLog } from './change-history';
import { renderContext } from './describe-context';
import { weighDirectories } from './weigh-directories';

describe('parseGitLog', () => {
  test('reads what git 2.39 printed: names with blanks and other letters, a commit without paths, a merge', () => {
    const output =
      '\u0001a63b006fbc853993b690017ac7e9c7b692817deb\0\nc\0\u00017902c439cb51975068877596b139120446d84e70\0' +
      '\u00017902c439cb51975068877596b139120446d84e70\0\né\0x/y\0\u00016281d8428911298103ace3e8d8f430d0b94d4b1c\0\na b\0';
    expect(parseGitLog(output)).toEqual([['c'], [], ['é', 'x/y'], ['a b']]);
    expect(parseGitLog('')).toEqual([]);
  });
});

describe('countTouching', () => {
  test('counts commits, not paths', () => {
    expect(countTouching([['a', 'b'], ['c'], [], ['b']], (path) => path === 'a' || path === 'b')).toBe(2);
  });
});

describe('weighDirectories', () => {
  const entry = (path: string, bytes: number, line = 3): ContextEntry => ({
    path,
    kind: 'file',
    executable: false,
    bytes,
    origin: { line, text: 'COPY . .', chain: [] },
  });

  test('names the largest and the most changing folders, a folder of folders by those', () => {
    const entries = [
      entry('go.mod', 10, 2),
      entry('vendor/modules.txt', 1),
      entry('vendor/a/b/c.go', 900),
      entry('cmd/web/main.go', 20),
      entry('cmd/api/main.go', 30),
      entry('internal/x/y/z/a.go', 5),
      entry('docs/a.md', 1),
    ];
    const commits = [['docs/a.md'], ['docs/a.md', 'cmd/web/main.go'], ['gone.txt']];
    expect(weighDirectories(entries, commits)).toEqual([
      { path: 'vendor', files: 2, bytes: 901, commits: 0, lines: [{ line: 3, text: 'COPY . .' }] },
      { path: 'cmd/api', files: 1, bytes: 30, commits: 0, lines: [{ line: 3, text: 'COPY . .' }] },
      { path: 'cmd/web', files: 1, bytes: 20, commits: 1, lines: [{ line: 3, text: 'COPY . .' }] },
      { path: 'docs', files: 1, bytes: 1, commits: 2, lines: [{ line: 3, text: 'COPY . .' }] },
    ]);
    expect(weighDirectories(entries, null).map(({ path, commits: count }) => [path, count])).toEqual([
      ['vendor', null],
      ['cmd/api', null],
      ['cmd/web', null],
    ]);
  });

  test('looks into a folder that holds everything', () => {
    const entries = [entry('examples/go.mod', 1), entry('examples/a/x/main.go', 9), entry('examples/b/main.go', 5)];
    expect(weighDirectories(entries, null).map(({ path }) => path)).toEqual(['examples/a/x', 'examples/b', 'examples']);
    expect(weighDirectories([entry('a/b/c', 1)], null).map(({ path }) => path)).toEqual(['a/b']);
    expect(weighDirectories([], null)).toEqual([]);
  });
});

describe('renderContext', () => {
  test('says why there is no history', () => {
    const history = { commits: null, rebuilds: null, limit: 'git is not installed' };
    expect(renderContext({ image: 'a', files: 1, bytes: 5, history, directories: [] })).toEqual([
      '  staged context: 1 file, 5 B; how often it would be rebuilt is not known: git is not installed',
    ]);
  });
});
