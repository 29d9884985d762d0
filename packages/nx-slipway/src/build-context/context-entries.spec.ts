import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openContextEntries } from './context-entries';
import type { FileDigests } from './file-digests';
import { openFilteredTree } from './filtered-tree';
import { makeTree, removeTrees } from './testing/temporary-tree';

let root = '';
beforeEach(() => (root = makeTree({ file: 'first', link: { link: 'file' } })));
afterEach(() => removeTrees([root]));

function open() {
  const asked: string[] = [];
  const digests: FileDigests = {
    digestOf(absolutePath) {
      asked.push(absolutePath);
      return hash('sha256', absolutePath, 'hex');
    },
    save: () => Promise.resolve(),
  };
  const tree = openFilteredTree({ workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
  return { asked, entries: openContextEntries(tree, digests) };
}

describe('openContextEntries', () => {
  test('describes files with their digests, and links with their targets', () => {
    const { asked, entries } = open();
    const sha256 = hash('sha256', join(root, 'file'), 'hex');
    expect(entries.describe('file')).toEqual({ path: 'file', kind: 'file', executable: false, bytes: 5, sha256 });
    expect(entries.describe('link')).toMatchObject({ kind: 'link', linkTarget: 'file' });
    expect(asked).toEqual([join(root, 'file')]);
  });

  test('looks at a file once, so that all images of one plan are given the same', () => {
    const { asked, entries } = open();
    const first = entries.describe('file');
    writeFileSync(join(root, 'file'), 'second, longer');
    expect(entries.describe('file')).toBe(first);
    expect(asked).toHaveLength(1);
    expect(open().entries.describe('file').bytes).toBe(14);
  });
});
