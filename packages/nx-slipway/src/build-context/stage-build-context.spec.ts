import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSlipwayError } from '../errors/slipway-error';
import { openFileDigests } from './file-digests';
import { scanBuildContext } from './scan-build-context';
import { stageBuildContext } from './stage-build-context';
import { makeTree, removeTrees } from './testing/temporary-tree';

let root = '';
let staged = '';
const LARGE = Buffer.alloc(9 * 1024 * 1024, 'large');

beforeEach(() => {
  root = makeTree({
    '.dockerignore': '*.log',
    'a.log': '',
    'dir/run.sh': { content: '#!/bin/sh', mode: 0o777 },
    'dir/sub/plain': { content: 'plain', mode: 0o600 },
    'dir/link': { link: 'sub/plain' },
    '-dash\nnewline': 'odd',
  });
  writeFileSync(join(root, 'large'), LARGE);
  staged = `${root}-staged`;
});
afterEach(() => removeTrees([root, staged]));

function scan() {
  const request = { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] };
  return scanBuildContext(request, openFileDigests(join(root, '.nx/digests'), { now: () => 0 }));
}

async function problemAfter(change: () => void) {
  const context = await scan();
  change();
  try {
    await stageBuildContext(context, staged);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    expect(existsSync(staged)).toBe(false);
    return error.problem;
  }
  throw new Error('nothing was thrown');
}

describe('stageBuildContext', () => {
  test('gives a folder with exactly the entries, and the same entries when it is scanned', async () => {
    const context = await scan();
    await stageBuildContext(context, staged);
    const again = await scanBuildContext(
      { workspaceRoot: staged, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] },
      openFileDigests(join(root, '.nx/digests'), { now: () => 0 }),
    );
    expect(again.entries).toEqual(context.entries);
    expect(readFileSync(join(staged, 'large')).equals(LARGE)).toBe(true);
    expect(readlinkSync(join(staged, 'dir/link'))).toBe('sub/plain');
  });

  test('modes are 0644 and 0755 and every time is the epoch', async () => {
    const umask = process.umask(0o077);
    try {
      await stageBuildContext(await scan(), staged);
    } finally {
      process.umask(umask);
    }
    const modes = Object.fromEntries(
      ['', 'dir', 'dir/sub', 'dir/run.sh', 'dir/sub/plain', 'large'].map((path) => [
        path,
        (lstatSync(join(staged, path)).mode & 0o7777).toString(8),
      ]),
    );
    expect(modes).toEqual({
      '': '755',
      dir: '755',
      'dir/sub': '755',
      'dir/run.sh': '755',
      'dir/sub/plain': '644',
      large: '644',
    });
    for (const path of ['', 'dir', 'dir/sub', 'dir/link', 'dir/run.sh', 'large']) {
      expect(lstatSync(join(staged, path)).mtimeMs).toBe(0);
    }
  });

  test('copies are copies: a write to the source afterwards does not reach them', async () => {
    await stageBuildContext(await scan(), staged);
    writeFileSync(join(root, 'dir/sub/plain'), 'later');
    expect(readFileSync(join(staged, 'dir/sub/plain'), 'utf8')).toBe('plain');
  });

  const changes: readonly (readonly [string, string, () => void])[] = [
    [
      'other content of the same size',
      'it has other content',
      () => writeFileSync(join(root, 'dir/sub/plain'), 'other'),
    ],
    ['size and mtime put back', 'it has other content', () => rewriteUnnoticed(join(root, 'dir/sub/plain'))],
    ['a file that grew', 'it has grown', () => appendFileSync(join(root, 'dir/sub/plain'), '!')],
    ['a large file that grew', 'it has grown', () => appendFileSync(join(root, 'large'), '!')],
    ['a large file that shrank', 'it has other content', () => writeFileSync(join(root, 'large'), LARGE.subarray(1))],
    ['a file that is gone', 'it is gone', () => rmSync(join(root, 'large'))],
    ['a folder that is gone', 'it is gone', () => renameSync(join(root, 'dir'), join(root, 'elsewhere'))],
    [
      'a file that became a link',
      'it was replaced',
      () => replace('large', () => symlinkSync('dir', join(root, 'large'))),
    ],
    ['a file that became a folder', 'it was replaced', () => replace('large', () => mkdirSync(join(root, 'large')))],
    [
      'a link to elsewhere',
      'another target',
      () => replace('dir/link', () => symlinkSync('run.sh', join(root, 'dir/link'))),
    ],
  ];

  test.each(changes)('finds %s', async (_title, reason, change) => {
    const problem = await problemAfter(change);
    expect(problem.code).toBe('CONTEXT_FILE_CHANGED');
    expect(problem.message).toContain(reason);
  });

  test('leaves nothing behind when it is aborted', async () => {
    const context = await scan();
    const signal = AbortSignal.abort();
    await expect(stageBuildContext({ ...context, entries: context.entries }, staged, signal)).rejects.toThrow();
    expect(existsSync(staged)).toBe(false);
  });

  test('refuses a folder that exists, and leaves it alone', async () => {
    mkdirSync(staged);
    writeFileSync(join(staged, 'precious'), '');
    await expect(stageBuildContext(await scan(), staged)).rejects.toThrow('EEXIST');
    expect(existsSync(join(staged, 'precious'))).toBe(true);
  });
});

function replace(path: string, make: () => void): void {
  rmSync(join(root, path));
  make();
}

function rewriteUnnoticed(path: string): void {
  const { atime, mtime } = lstatSync(path);
  chmodSync(path, 0o644);
  writeFileSync(path, 'PLAIN');
  utimesSync(path, atime, mtime);
}
