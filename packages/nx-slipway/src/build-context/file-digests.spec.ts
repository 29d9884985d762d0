import { lstatSync, readFileSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import { openFileDigests } from './file-digests';
import { makeTree, removeTrees } from './testing/temporary-tree';

const DAY_MS = 86_400_000;
let root = '';
let file = '';
let cache = '';
/** The clock of most tests: long after the files were written. */
let later = 0;

beforeEach(() => {
  root = makeTree({ 'tree/file': 'first' });
  file = join(root, 'tree/file');
  cache = join(root, 'cache/digests');
  later = Math.ceil(statSync(file).ctimeMs) + 10_000;
});
afterEach(() => removeTrees([root]));

function digest(now = later): string {
  const digests = openFileDigests(cache, { now: () => now });
  const result = digests.digestOf(file, lstatSync(file, { bigint: true }));
  void digests.save();
  return result;
}

/** Puts another digest into the cache, so that a remembered answer can be told from a fresh one. */
function forge(): void {
  writeFileSync(cache, readFileSync(cache, 'utf8').replace(/ [0-9a-f]{64} /, ` ${'f'.repeat(64)} `));
}

const FORGED = 'f'.repeat(64);
const FIRST = hash('sha256', 'first', 'hex');

describe('openFileDigests', () => {
  test('gives the SHA-256 of small and of large files', () => {
    expect(digest()).toBe(FIRST);
    const content = Buffer.alloc(3 * 1024 * 1024 + 1, 'x');
    writeFileSync(file, content);
    expect(digest()).toBe(hash('sha256', content, 'hex'));
  });

  test('does not read a file again that is as it was', () => {
    digest();
    forge();
    expect(digest()).toBe(FORGED);
  });

  test('reads a file again whose size and mtime were put back: ctime tells', () => {
    const { atime, mtime } = statSync(file);
    digest();
    forge();
    writeFileSync(file, 'other');
    utimesSync(file, atime, mtime);
    expect(digest()).toBe(hash('sha256', 'other', 'hex'));
  });

  test('reads a file again that took the place of another', () => {
    digest();
    forge();
    writeFileSync(`${file}.new`, 'first');
    renameSync(`${file}.new`, file);
    expect(digest()).toBe(FIRST);
  });

  test('does not remember a file younger than two seconds, nor one from the future', () => {
    const written = statSync(file).ctimeMs;
    for (const now of [written, written + 1_900, written - 60_000]) {
      digest(now);
      expect(readdirSync(root)).toEqual(['tree']);
    }
    digest(written + 2_100);
    expect(readdirSync(root)).toContain('cache');
  });

  test.each(['', 'garbage', 'nx-slipway file digests 1\nnot a line\n', '\0\0'])(
    'a cache of %j is as good as none',
    (text) => {
      digest();
      writeFileSync(cache, text);
      expect(digest()).toBe(FIRST);
      forge();
      expect(digest()).toBe(FORGED);
    },
  );

  test('forgets what nobody asked for in 30 days', async () => {
    digest();
    const other = openFileDigests(cache, { now: () => later + 31 * DAY_MS });
    writeFileSync(join(root, 'tree/new'), 'new');
    utimesSync(join(root, 'tree/new'), 1, 1);
    other.digestOf(join(root, 'tree/new'), lstatSync(join(root, 'tree/new'), { bigint: true }));
    await other.save();
    expect(readFileSync(cache, 'utf8')).not.toContain(FIRST);
  });

  test('two processes that save at once leave a whole file, and no temporary one', async () => {
    const all = Array.from({ length: 8 }, () => openFileDigests(cache, { now: () => later }));
    for (const digests of all) digests.digestOf(file, lstatSync(file, { bigint: true }));
    await Promise.all(all.map((digests) => digests.save()));
    expect(readdirSync(join(root, 'cache'))).toEqual(['digests']);
    forge();
    expect(digest()).toBe(FORGED);
  });

  test('a cache that cannot be written is no failure', async () => {
    const digests = openFileDigests(join(file, 'below-a-file'), { now: () => later });
    expect(digests.digestOf(file, lstatSync(file, { bigint: true }))).toBe(FIRST);
    await expect(digests.save()).resolves.toBeUndefined();
  });
});
