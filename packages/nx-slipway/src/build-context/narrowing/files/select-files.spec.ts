import { selectFiles } from './select-files';
import { treeOf } from '../testing/tree-in-memory';

const tree = treeOf({
  'config/a.json': '',
  'config/deep/b.yaml': '',
  'config/latest': { linkTo: null },
  'main.go': '',
});

describe('selectFiles', () => {
  it('lets through what the glob matches, links as links', () => {
    const { files, globs, replaced, widened } = selectFiles('config', tree);
    expect([...files]).toEqual(
      ['config/a.json', 'config/deep/b.yaml', 'config/latest'].map((path) => [path, ['files:config']]),
    );
    expect({ globs, replaced, widened }).toEqual({
      globs: ['config', 'config/**/*'],
      replaced: new Map(),
      widened: [],
    });
  });

  it('finds a file by its own name', () => {
    expect([...selectFiles('main.go', tree).files.keys()]).toEqual(['main.go']);
  });

  it('refuses a glob that matches nothing', () => {
    const select = () => selectFiles('config/*.toml', tree);
    expect(select).toThrow(expect.objectContaining({ code: 'CONTEXT_NARROW_FILES_UNMATCHED' }) as Error);
    expect(select).toThrow(
      '"files:config/*.toml" matches no file of the build context, in which it looked below config.',
    );
  });
});
