import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { readImageArchive } from '../src/engines/archive/read-image-archive';

/** The content of a file, or where a symbolic link leads to. */
type Member = string | Buffer | { readonly link: string };

async function archiveOf(files: Readonly<Record<string, Member>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'object' && 'link' in content) {
      archive.entry({ name, type: 'symlink', linkname: content.link });
    } else archive.entry({ name, mode: 0o644 }, content);
  }
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

  /** What `docker save` of each line of versions writes; the members' order is that of their names, as in a folder. */
  describe.each<[string, (layers: readonly Buffer[], config: string) => Readonly<Record<string, Member>>]>([
    [
      'docker 20.10 to 24 (moby v24.0 image/tarexport/save.go): a folder for each layer, one that comes again is a link',
      saveAs24,
    ],
    ['docker 25 and later (moby v25.0 image/tarexport/save.go): an OCI layout of uncompressed layers', saveAs25],
    [
      'docker with the containerd image store (containerd v1.7 images/archive): an OCI layout of compressed layers',
      saveAsContainerd,
    ],
  ])('%s', (_versions, save) => {
    test('gives image ID, sizes and the files of all layers', async () => {
      const first = await archiveOf({ 'a/b': 'one', c: 'c' });
      const second = await archiveOf({ 'a/b': 'two', 'a/.wh.gone': '' });
      const config = JSON.stringify({ config: { Env: ['A=1'] }, rootfs: { type: 'layers', diff_ids: [] } });
      const archive = await archiveOf(sortedByName(save([first, second, first], config)));
      const image = await readImageArchive(Readable.from([archive]));
      expect(image.imageId).toBe(`sha256:${sha256(config)}`);
      expect(image.layerBytes).toEqual([first.length, second.length, first.length]);
      expect(image.entries.map(({ path, sha256: digest }) => [path, digest])).toEqual([
        ['a/b', sha256('one')],
        ['c', sha256('c')],
      ]);
      expect(image.config.env).toEqual(['A=1']);
    });
  });
});

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function sortedByName(members: Readonly<Record<string, Member>>): Readonly<Record<string, Member>> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function saveAs24(layers: readonly Buffer[], config: string): Readonly<Record<string, Member>> {
  const folderOf = (index: number): string => sha256(`layer ${index}`);
  const members: Record<string, Member> = { repositories: '{}', [`${sha256(config)}.json`]: config };
  for (const [index, layer] of layers.entries()) {
    const earlier = layers.indexOf(layer);
    members[`${folderOf(index)}/VERSION`] = '1.0';
    members[`${folderOf(index)}/json`] = JSON.stringify({ id: folderOf(index) });
    members[`${folderOf(index)}/layer.tar`] = earlier < index ? { link: `../${folderOf(earlier)}/layer.tar` } : layer;
  }
  const Layers = layers.map((_, index) => `${folderOf(index)}/layer.tar`);
  return {
    ...members,
    'manifest.json': JSON.stringify([{ Config: `${sha256(config)}.json`, RepoTags: null, Layers }]),
  };
}

function saveAs25(layers: readonly Buffer[], config: string): Readonly<Record<string, Member>> {
  const ofEarlierDockers = layers.map((_, index) => JSON.stringify({ id: sha256(`layer ${index}`) }));
  const layout = layoutOf(layers, config);
  return {
    ...Object.fromEntries(ofEarlierDockers.map((text) => [blobPath(text), text])),
    ...layout,
    repositories: '{}',
  };
}

function saveAsContainerd(layers: readonly Buffer[], config: string): Readonly<Record<string, Member>> {
  return layoutOf(
    layers.map((layer) => gzipSync(layer)),
    config,
  );
}

function layoutOf(layers: readonly Buffer[], config: string): Readonly<Record<string, Member>> {
  const descriptorOf = (content: string | Buffer): object => ({
    digest: `sha256:${sha256(content)}`,
    size: content.length,
  });
  const manifest = JSON.stringify({ schemaVersion: 2, config: descriptorOf(config), layers: layers.map(descriptorOf) });
  const Layers = layers.map(blobPath);
  return {
    ...Object.fromEntries([...layers, config, manifest].map((content) => [blobPath(content), content])),
    'index.json': JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(manifest)] }),
    'manifest.json': JSON.stringify([{ Config: blobPath(config), RepoTags: null, Layers }]),
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
  };
}

function blobPath(content: string | Buffer): string {
  return `blobs/sha256/${sha256(content)}`;
}
