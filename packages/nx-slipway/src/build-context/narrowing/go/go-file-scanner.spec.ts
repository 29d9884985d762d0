import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFilteredTree } from '../../filtered-tree';
import { stampedMemoryFile } from '../../stamped-memory';
import { makeTree, removeTrees } from '../../testing/temporary-tree';
import { openGoFileScanner } from './go-file-scanner';

let root = '';
let cacheFile = '';
let later = 0;

beforeEach(() => {
  root = makeTree({ 'a.go': 'package a\nimport "b"\n', 'x.h': '#include "y.h"\n' });
  cacheFile = stampedMemoryFile(join(root, 'machine'), 'go-headers', root);
  later = Math.ceil(statSync(join(root, 'x.h')).ctimeMs) + 10_000;
});
afterEach(() => removeTrees([root]));

function scan(now = later) {
  const tree = openFilteredTree({ workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
  const scanner = openGoFileScanner({ tree, machineStore: join(root, 'machine'), clock: { now: () => now } });
  const result = { imports: scanner.scan('a.go')?.imports, includes: scanner.includesOf('x.h') };
  scanner.save();
  return result;
}

/** Puts other imports into the cache, so that a remembered header can be told from a fresh one. */
function forge(): void {
  writeFileSync(cacheFile, readFileSync(cacheFile, 'utf8').replace('["b"]', '["forged"]').replace('y.h', 'forged.h'));
}

const FRESH = { imports: ['b'], includes: [{ path: 'y.h', quoted: true }] };

describe('openGoFileScanner', () => {
  test('remembers headers from run to run', () => {
    expect(scan()).toEqual(FRESH);
    forge();
    expect(scan()).toEqual({ imports: ['forged'], includes: [{ path: 'forged.h', quoted: true }] });
  });

  test('reads a file again that changed', () => {
    scan();
    forge();
    writeFileSync(join(root, 'a.go'), 'package a\nimport "c"\n');
    expect(scan().imports).toEqual(['c']);
  });

  test('does not remember a file younger than two seconds', () => {
    scan(later - 10_000);
    expect(() => readFileSync(cacheFile)).toThrow('ENOENT');
  });

  test.each([
    ['another header', (text: string) => `x${text}`],
    ['a line that is no JSON', (text: string) => text.replaceAll('{', '[')],
    [
      'a line of another shape',
      (text: string) => text.replaceAll('"imports"', '"other"').replaceAll('"includes"', '"other"'),
    ],
  ])('a cache with %s is as good as none', (_, damage) => {
    scan();
    forge();
    writeFileSync(cacheFile, damage(readFileSync(cacheFile, 'utf8')));
    expect(scan()).toEqual(FRESH);
  });

  test('a file that is gone, or is a link, has no header', () => {
    rmSync(join(root, 'a.go'));
    expect(scan().imports).toBeUndefined();
    symlinkSync('x.h', join(root, 'a.go'));
    expect(scan().imports).toBeUndefined();
  });
});
