import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWorkspaceGone } from './workspace-gone';

describe('isWorkspaceGone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-gone-'));
  const place = (path: string): string => join(folder, path);
  beforeAll(() => {
    for (const path of ['code/there', 'mount point', 'code/other']) mkdirSync(place(path), { recursive: true });
    writeFileSync(place('a file'), '');
    symlinkSync('loop', place('loop'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['one that is there', 'code/there', false],
    ['one that was removed from among others', 'code/removed', true],
    ['one on a disk that is not mounted', 'mount point/shop', false],
    ['one in a folder of a disk that is not mounted', 'mount point/team/shop', false],
    ['one that cannot be looked at', 'loop/shop', false],
    ['one where a file is in the way', 'a file/shop', false],
  ])('of %s', async (_, path, isGone) => {
    await expect(isWorkspaceGone(place(path))).resolves.toBe(isGone);
  });
});
