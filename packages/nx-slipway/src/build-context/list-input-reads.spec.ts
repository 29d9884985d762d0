import { listInputReads } from './list-input-reads';
import type { PlannedRead } from './select-entries';
import type { LinkTree } from './source-path';

const tree: LinkTree = {
  kindOf: (path) =>
    ['current', 'mixed/x', 'src/conf'].includes(path) ? 'link' : path.includes('.') ? 'file' : 'directory',
  list: (folder) =>
    ({
      '': [{ name: 'src', kind: 'directory' as const }],
      mixed: [{ name: 'x', kind: 'link' as const }],
    })[folder] ?? [{ name: 'y', kind: 'file' }],
};

function read(...sources: string[]): PlannedRead {
  return { line: 1, text: 'COPY', sources, resolved: true, doubt: null };
}

describe('listInputReads', () => {
  test('names each source, and the globs of what is narrowed in place of its sources', () => {
    const rule = { files: new Map(), replaced: new Map(), globs: ['cmd/*.go'], widened: [] };
    expect(listInputReads([read('a', 'b/c*'), { ...read(''), narrowedTo: [rule] }], tree)).toEqual([
      { kind: 'source', source: 'a' },
      { kind: 'source', source: 'b/c*' },
      { kind: 'globs', globs: ['cmd/*.go'] },
    ]);
  });

  test.each([
    ['a source is not known', { ...read('a'), resolved: false }],
    ['a link is in its path', read('current/x')],
    ['it is a link', read('current')],
    ['it is a link, narrowed or not', { ...read('current'), narrowedTo: [] }],
    ['a pattern may match a link', read('mixed/*')],
    ['a link is below what a pattern matches', read('*/conf/*.yaml')],
  ])('it may be all where %s', (_title, unknown) => {
    expect(listInputReads([read('a'), unknown], tree)).toBeUndefined();
  });
});
