import { chmodSync, lutimesSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestUnseen } from './digest-unseen';
import { openFilteredTree } from './filtered-tree';
import { READ_EVERYTHING, type PlannedRead } from './select-entries';
import { makeTree, removeTrees, type TreeEntry } from './testing/temporary-tree';

const trees: string[] = [];
afterEach(() => removeTrees(trees.splice(0)));

function tree(entries: Readonly<Record<string, TreeEntry>>): string {
  const root = makeTree(entries);
  trees.push(root);
  return root;
}

function digest(root: string, reads: readonly PlannedRead[] = [READ_EVERYTHING]): string | undefined {
  const request = { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] };
  return digestUnseen(openFilteredTree(request), reads);
}

const FILES: Readonly<Record<string, TreeEntry>> = {
  'src/a': 'a',
  'docs/b': 'b',
  'src/run': { content: '', mode: 0o755 },
};

describe('digestUnseen', () => {
  test('there is none where Nx hashes all that decides', () => {
    expect(digest(tree({ 'src/a': 'a', 'docs/b': 'b' }))).toBeUndefined();
  });

  test('another executable bit, target of a link or kind gives another', () => {
    const root = tree({ ...FILES, 'src/l': { link: 'a' } });
    const seen = [digest(root)];
    chmodSync(join(root, 'src/a'), 0o744);
    seen.push(digest(root));
    rmSync(join(root, 'src/l'));
    symlinkSync('../src', join(root, 'src/l'));
    seen.push(digest(root));
    rmSync(join(root, 'src/l'));
    seen.push(digest(root));
    writeFileSync(join(root, 'new\nline'), '1');
    seen.push(digest(root));
    writeFileSync(join(root, 'new\nline'), '2');
    seen.push(digest(root));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('only what is read counts, and neither path nor mode of others nor times', () => {
    const src: PlannedRead = { line: 1, text: 'COPY src', sources: ['src'], resolved: true, doubt: null };
    const one = tree(FILES);
    const other = tree({ '.dockerignore': 'docs', ...FILES });
    chmodSync(join(other, 'docs/b'), 0o755);
    chmodSync(join(other, 'src/run'), 0o700);
    lutimesSync(join(other, 'src/run'), 1_000, 1_000);
    expect(digest(other, [src])).toBe(digest(one, [src]));
    expect(digest(other)).toBe(digest(one));
  });
});
