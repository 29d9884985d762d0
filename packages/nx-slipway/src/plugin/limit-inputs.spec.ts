import { limitInputs } from './limit-inputs';

const root = (path: string): string => `{workspaceRoot}/${path}`;

describe('limiting inputs', () => {
  it('leaves few of them as they are, each once', () => {
    expect(limitInputs([root('a'), '!b', root('a')], 2)).toEqual([root('a'), '!b']);
  });

  it('gives up exclusions before anything that is included', () => {
    expect(limitInputs(['!a', root('b'), '!c', root('d')], 3)).toEqual([root('b'), root('d'), '!a']);
  });

  it('takes whole folders, as deep as the limit allows, and no exclusions then', () => {
    const files = ['a/b/1', 'a/b/2', 'a/c/3', 'd/4'].map(root);
    expect(limitInputs([...files, '!e'], 3)).toEqual(['a/b/**/*', 'a/c/**/*', 'd/4'].map(root));
    expect(limitInputs([...files, '!e'], 2)).toEqual(['a/**/*', 'd/**/*'].map(root));
    expect(limitInputs(files, 1)).toEqual([root('**/*')]);
  });

  it('widens at a wildcard for any number of folders', () => {
    expect(limitInputs(['a/**/b/1', 'a/**/b/2', 'c'].map(root), 2)).toEqual(['a/**/*', 'c'].map(root));
  });
});
