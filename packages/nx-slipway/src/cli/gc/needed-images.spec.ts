import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rememberWorkspace } from '../../artifact/known-workspaces';
import { imageTagOf } from '../../artifact/image-record';
import { readNeededImages } from './needed-images';

describe('readNeededImages', () => {
  const imageId = `sha256:${'1'.repeat(64)}`;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-needed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const remember = async (name: string): Promise<string> => {
    const workspace = join(folder, name);
    await rememberWorkspace(folder, workspace, 1_000);
    return workspace;
  };

  it('gives what the records of all workspaces name, and nothing of those that are not there', async () => {
    const record = join(await remember('shop'), 'dist', 'images', 'a', 'b', 'image.json');
    mkdirSync(dirname(record), { recursive: true });
    writeFileSync(record, JSON.stringify({ name: 'a/b', imageId }));
    await remember('gone');
    const needed = await readNeededImages(folder);
    expect([[...needed.ids], [...needed.tags]]).toEqual([[imageId], [imageTagOf('a/b', imageId)]]);
  });

  it('does not take a workspace that cannot be read for one that needs nothing', async () => {
    const workspace = await remember('shop');
    mkdirSync(workspace);
    symlinkSync('dist', join(workspace, 'dist'));
    await expect(readNeededImages(folder)).rejects.toThrow('ELOOP');
  });
});
