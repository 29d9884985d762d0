import type { TreeEntry } from '../image-trees';
import { applyLayers, parseWhiteout, type LayerChange } from './layer-tree';

const entry = (path: string, kind: TreeEntry['kind'] = 'file', more: Partial<TreeEntry> = {}): LayerChange => ({
  kind: 'entry',
  entry: { path, kind, mode: 0o644, uid: 0, gid: 0, size: 0, sha256: null, linkTarget: null, xattrs: {}, ...more },
});

const pathsOf = (...layers: LayerChange[][]): string[] => applyLayers(layers).map(({ path }) => path);

describe('parseWhiteout', () => {
  it.each([
    ['a/.wh.b', { kind: 'removed', path: 'a/b' }],
    ['.wh.b', { kind: 'removed', path: 'b' }],
    ['a/.wh..wh..opq', { kind: 'emptied', path: 'a' }],
    ['.wh..wh..opq', { kind: 'emptied', path: '' }],
    ['a/b', undefined],
  ])('reads %s', (path, expected) => expect(parseWhiteout(path)).toEqual(expected));
});

describe('applyLayers', () => {
  const lower = [entry('d', 'directory'), entry('d/a'), entry('d/b'), entry('da')];

  it('takes a removed file away, and a removed folder with all that is in it', () => {
    expect(pathsOf(lower, [{ kind: 'removed', path: 'd/a' }])).toEqual(['d', 'd/b', 'da']);
    expect(pathsOf(lower, [{ kind: 'removed', path: 'd' }])).toEqual(['da']);
  });

  it('empties a folder of what is below, not of what the same layer puts there before', () => {
    expect(pathsOf(lower, [entry('d/new'), { kind: 'emptied', path: 'd' }])).toEqual(['d', 'd/new', 'da']);
  });

  it('keeps what is in a folder that is listed again, with its new attributes', () => {
    const [folder, ...rest] = applyLayers([lower, [entry('d', 'directory', { mode: 0o700 })]]);
    expect(folder?.mode).toBe(0o700);
    expect(rest).toHaveLength(3);
  });

  it('takes a folder away that a file replaces', () => {
    expect(pathsOf(lower, [entry('d', 'file')])).toEqual(['d', 'da']);
  });

  it('gives a hard link the content of its target, of a lower layer too', () => {
    const tree = applyLayers([
      [entry('a', 'file', { sha256: 'x', size: 3 })],
      [{ kind: 'hard-link', path: 'b', target: 'a' }],
    ]);
    expect(tree.map(({ path, sha256, size }) => [path, sha256, size])).toEqual([
      ['a', 'x', 3],
      ['b', 'x', 3],
    ]);
  });

  it('does not pass over a hard link to nothing', () => {
    expect(() => applyLayers([[{ kind: 'hard-link', path: 'b', target: 'a' }]])).toThrow('names a, which is not there');
  });
});
