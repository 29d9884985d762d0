import { mkdtemp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildRecord, ImageRecord } from '../src/artifact/image-record';
import { readImageRecord, writeImageRecords } from '../src/artifact/record-files';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const image: ImageRecord = {
  schemaVersion: 1,
  name: 'web',
  imageId: digest('a'),
  platform: 'linux/amd64',
  layers: [{ diffId: digest('b'), bytes: 10 }],
};
const build: BuildRecord = {
  schemaVersion: 1,
  contentKey: 'c'.repeat(64),
  engine: 'podman',
  stamps: {},
  bases: [],
  stagedContext: { files: 1, bytes: 2 },
  widened: [],
};

describe('image.json on disk', () => {
  let workspaceRoot: string;
  const path = (): string => join(workspaceRoot, 'dist/images/web/image.json');
  const read = (): Promise<ImageRecord> =>
    readImageRecord('web', { workspaceRoot, project: 'web', target: 'image-build' });

  beforeEach(async () => {
    workspaceRoot = await mkdtemp(join(tmpdir(), 'slipway records '));
    await writeImageRecords(workspaceRoot, image, build);
  });
  afterEach(() => rm(workspaceRoot, { recursive: true, force: true }));

  it('is read as it was written', async () => {
    await expect(read()).resolves.toEqual(image);
  });

  it.each([
    ['is truncated', () => truncate(path(), 40), 'ARTIFACT_INVALID'],
    ['is empty', () => truncate(path(), 0), 'ARTIFACT_INVALID'],
    [
      'was edited by hand',
      () => writeFile(path(), JSON.stringify({ ...image, imageId: 'latest' })),
      'ARTIFACT_INVALID',
    ],
    ['has a field more', () => writeFile(path(), JSON.stringify({ ...image, host: 'x' })), 'ARTIFACT_INVALID'],
    ['is not an object', () => writeFile(path(), 'null'), 'ARTIFACT_INVALID'],
    [
      'is from a newer version',
      () => writeFile(path(), JSON.stringify({ schemaVersion: 2 })),
      'ARTIFACT_VERSION_UNSUPPORTED',
    ],
    [
      'is of another image',
      () => writeFile(path(), JSON.stringify({ ...image, name: 'api' })),
      'ARTIFACT_IMAGE_MISMATCH',
    ],
    ['is gone', () => rm(path()), 'ARTIFACT_MISSING'],
    ['is a folder', () => rm(path()).then(() => mkdir(path())), 'ARTIFACT_MISSING'],
  ])('that %s ends in a coded error', async (_title, damage, code) => {
    await damage();
    await expect(read()).rejects.toMatchObject({
      code,
      problem: { hint: expect.stringContaining('nx run web:image-build') as string },
    });
  });
});
