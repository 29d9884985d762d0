import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFilteredTree } from './filtered-tree';
import { selectEntries, type PlannedRead } from './select-entries';
import { makeTree, removeTrees, type TreeEntry } from './testing/temporary-tree';

const trees: string[] = [];
afterEach(() => removeTrees(trees.splice(0)));

function select(entries: Readonly<Record<string, TreeEntry>>, ...reads: readonly Partial<PlannedRead>[]) {
  const workspaceRoot = makeTree(entries);
  trees.push(workspaceRoot);
  const tree = openFilteredTree({ workspaceRoot, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
  return selectEntries(
    tree,
    reads.map((read, index) => ({
      line: index + 1,
      text: `COPY ${read.sources?.join(' ') ?? ''}`,
      sources: [],
      resolved: true,
      doubt: null,
      ...read,
    })),
  );
}

function pathsOf(entries: Readonly<Record<string, TreeEntry>>, ...sources: readonly string[]): string[] {
  return [...select(entries, { sources }).origins.keys()].sort();
}

describe('selectEntries', () => {
  const SOURCES = { 'a.go': '', 'b.md': '', 'src/a.go': '', 'src/deep/b.go': '', 'other/c': '' };

  test.each([
    [[''], ['a.go', 'b.md', 'other/c', 'src/a.go', 'src/deep/b.go']],
    [['a.go'], ['a.go']],
    [['src'], ['src/a.go', 'src/deep/b.go']],
    [
      ['*.go', 'other'],
      ['a.go', 'other/c'],
    ],
    [['s*/deep'], ['src/deep/b.go']],
    [['[a-o]*'], ['a.go', 'b.md', 'other/c']],
    [['s?c/*.go'], ['src/a.go']],
    [['nothing*'], []],
    [['a.go/below'], []],
    [['**/b.go'], ['a.go', 'b.md', 'other/c', 'src/a.go', 'src/deep/b.go']],
  ])('%j reads %j', (sources, expected) => {
    expect(pathsOf(SOURCES, ...sources)).toEqual(expected);
  });

  test('follows a link in the path of a source, and takes a link below a folder as it is', () => {
    const entries = {
      'real/a': '',
      'real/deep/b': '',
      current: { link: 'real' },
      'folder/link': { link: '../real/a' },
      unread: '',
    };
    expect(pathsOf(entries, 'current/deep')).toEqual(['current', 'real/deep/b']);
    expect(pathsOf(entries, 'current')).toEqual(['current', 'real/a', 'real/deep/b']);
    expect(pathsOf(entries, 'folder')).toEqual(['folder/link']);
    expect(pathsOf(entries, 'folder/link')).toEqual(['folder/link', 'real/a']);
  });

  test('a link that leads round in a circle, or nowhere, ends', () => {
    expect(pathsOf({ a: { link: 'b' }, b: { link: 'a' } }, 'a')).toEqual(['a', 'b']);
    expect(pathsOf({ a: { link: 'gone/x' } }, 'a')).toEqual(['a']);
  });

  test('a link with an absolute target is refused', () => {
    expect(() => pathsOf({ a: { link: '/etc/passwd' } }, 'a')).toThrow(/outside of the build context/);
  });

  test('what is not understood reads everything, and says which line it was', () => {
    const { origins, widened } = select(
      SOURCES,
      { sources: ['b.md'] },
      { sources: [], resolved: false, doubt: 'a variable is unknown' },
    );
    expect([...origins.keys()]).toHaveLength(5);
    expect(origins.get('b.md')).toMatchObject({ line: 1 });
    expect(origins.get('a.go')).toMatchObject({ line: 2 });
    expect(widened).toEqual([{ line: 2, reason: 'a variable is unknown' }]);
  });

  test('what is narrowed reads the rules’ files only, each with its chain, and other reads add theirs', () => {
    const rule = {
      files: new Map([
        ['src/a.go', ['cmd', 'src']],
        ['not/there.go', []],
        ['b.md', []],
      ]),
      replaced: new Map([
        ['src/deep/b.go', 'package other'],
        ['b.md', 'not below src'],
      ]),
      globs: [],
      widened: ['it uses cgo'],
    };
    const { origins, replaced, widened } = select(
      SOURCES,
      { sources: ['src'], narrowedTo: [rule] },
      { sources: ['other'] },
    );
    expect(Object.fromEntries(origins)).toEqual({
      'src/a.go': { line: 1, text: 'COPY src', chain: ['cmd', 'src'] },
      'src/deep/b.go': { line: 1, text: 'COPY src', chain: [] },
      'other/c': { line: 2, text: 'COPY other', chain: [] },
    });
    expect(Object.fromEntries(replaced)).toEqual({ 'src/deep/b.go': 'package other' });
    expect(widened).toEqual([{ line: 1, reason: 'it uses cgo' }]);
  });

  test.each([
    ['another instruction, before', [{ sources: ['lock'] }, 'narrowed'], 1],
    ['another instruction, after', ['narrowed', { sources: ['lock'] }], 1],
    ['an instruction that reads everything', ['narrowed', { sources: [''] }], 1],
    ['another rule of the same instruction', ['narrowed twice'], 1],
    ['nothing else', ['narrowed', { sources: ['other'] }], 0],
  ] as const)('a file that is replaced for one rule is whole where it is read as it is by %s', (_, reads, whole) => {
    const rule = (files: readonly string[], replaced: readonly string[]) => ({
      files: new Map(files.map((path) => [path, []])),
      replaced: new Map(replaced.map((path) => [path, 'pruned'])),
      globs: [],
      widened: [],
    });
    const pruning = rule(['src/a'], ['lock']);
    const { origins, replaced } = select(
      { lock: 'all', 'src/a': '', 'other/b': '' },
      ...reads.map((read) => {
        if (read === 'narrowed') return { sources: [''], narrowedTo: [pruning] };
        return read === 'narrowed twice' ? { sources: [''], narrowedTo: [rule(['lock'], []), pruning] } : read;
      }),
    );
    expect(origins.has('lock')).toBe(true);
    expect([...replaced]).toEqual(whole ? [] : [['lock', 'pruned']]);
  });

  test('what is narrowed to a link has the link only, as a copied folder has it', () => {
    const tree = { 'src/l': { link: '../real' }, 'real/a': '', l: { link: 'real' } };
    const rule = (path: string) => ({ files: new Map([[path, []]]), replaced: new Map(), globs: [], widened: [] });
    const read = (source: string, path: string) => [
      ...select(tree, { sources: [source], narrowedTo: [rule(path)] }).origins.keys(),
    ];
    expect(read('src', 'src/l')).toEqual(['src/l']);
    expect(read('', 'l')).toEqual(['l']);
    expect(read('l', 'l')).toEqual(['l', 'real/a']);
  });

  test('a name with characters of patterns is a name in a rule’s files and in links, and a pattern in a source', () => {
    const entries = {
      'pages/[id].tsx': '',
      'pages/i': '',
      'cur.txt': { link: 'a[1].txt' },
      'a[1].txt': '',
      'a1.txt': '',
    };
    expect(pathsOf(entries, 'cur.txt')).toEqual(['a[1].txt', 'cur.txt']);
    expect(pathsOf(entries, 'a[1].txt')).toEqual(['a1.txt']);
    const rule = { files: new Map([['pages/[id].tsx', []]]), replaced: new Map(), globs: [], widened: [] };
    expect([...select(entries, { sources: [''], narrowedTo: [rule] }).origins.keys()]).toEqual(['pages/[id].tsx']);
  });

  test('a rule counts for a source that is a pattern, and not for one with a link in its path', () => {
    const entries = { 'real/a.go': '', 'real/b.go': '', current: { link: 'real' } };
    const files = new Map([['real/a.go', []]]);
    const narrowedTo = [{ files, replaced: new Map(), globs: [], widened: [] }];
    expect([...select(entries, { sources: ['r*/'], narrowedTo }).origins.keys()]).toEqual(['real/a.go']);
    const linked = select(entries, { sources: ['current'], narrowedTo });
    expect([...linked.origins.keys()].sort()).toEqual(['current', 'real/a.go', 'real/b.go']);
    expect(linked.widened).toHaveLength(1);
  });

  test('what the ignore file leaves out is not read, whatever names it', () => {
    expect(pathsOf({ '.dockerignore': 'src/deep\n*.md', ...SOURCES }, 'src', 'b.md')).toEqual(['src/a.go']);
  });

  test('names the folders that are copied and have no file, the topmost of each', () => {
    const workspaceRoot = makeTree({ '.dockerignore': '**/*.md', 'docs/deep/a.md': '', 'src/a.go': '' });
    trees.push(workspaceRoot);
    mkdirSync(join(workspaceRoot, 'empty/below'), { recursive: true });
    mkdirSync(join(workspaceRoot, 'src/none'));
    const tree = openFilteredTree({ workspaceRoot, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
    const read = { line: 1, text: 'COPY', resolved: true, doubt: null };
    expect(selectEntries(tree, [{ ...read, sources: [''] }]).emptyFolders).toEqual(['docs', 'empty', 'src/none']);
    expect(selectEntries(tree, [{ ...read, sources: ['src/a.go'] }]).emptyFolders).toEqual([]);
  });
});
