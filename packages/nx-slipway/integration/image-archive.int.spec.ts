import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { readImageArchive } from '../src/engines/archive/read-image-archive';

async function archiveOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o644 }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function imageOf(layer: Buffer): Promise<Buffer> {
  const config = JSON.stringify({ config: { Env: ['A=1'], User: 'web' } });
  const manifest = JSON.stringify([{ Config: 'config.json', Layers: ['layer.tar'] }]);
  return archiveOf({ 'layer.tar': layer, 'config.json': config, 'manifest.json': manifest });
}

function inChunks(bytes: Buffer, size: number): Readable {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));
}

describe('readImageArchive', () => {
  // A chunk that ends within a member's first block once kept the reader waiting for ever.
  test.each([1, 100, 511, 512, 513, 1_000, 65_536])(
    'reads an archive that comes in pieces of %i bytes',
    async (size) => {
      const image = await imageOf(await archiveOf({ 'a/b': 'content', './c': '' }));
      const { entries, config } = await readImageArchive(inChunks(image, size));
      expect(entries.map(({ path, size: bytes, sha256 }) => [path, bytes, sha256])).toEqual([
        ['a/b', 7, createHash('sha256').update('content').digest('hex')],
        ['c', 0, createHash('sha256').update('').digest('hex')],
      ]);
      expect(config).toMatchObject({ env: ['A=1'], user: 'web' });
    },
  );

  test('refuses an archive without what its manifest names', async () => {
    const manifest = JSON.stringify([{ Config: 'config.json', Layers: [] }]);
    await expect(readImageArchive(Readable.from([await archiveOf({ 'manifest.json': manifest })]))).rejects.toThrow(
      'the archive has no config.json',
    );
  });
});
