import { createHash } from 'node:crypto';
import { buildImageLayout, type ArchiveMember } from './image-layout';
import { digestOf, transferImage } from './testing/transfer-images';

const config = Buffer.from('{"os":"linux"}');
const imageId = `sha256:${createHash('sha256').update(config).digest('hex')}`;
const web = transferImage('web', imageId, ['1', '2']);
const file = { path: '/layers/2', bytes: 700 };

describe('buildImageLayout', () => {
  const members = buildImageLayout({
    images: [web],
    configs: new Map([[imageId, config]]),
    layers: new Map([[digestOf('2'), file]]),
  });
  const contentOf = (name: string): Buffer => {
    const member = members.find((candidate: ArchiveMember) => candidate.name === name);
    return member && 'content' in member ? member.content : Buffer.alloc(0);
  };
  const index = JSON.parse(contentOf('index.json').toString()) as {
    manifests: { digest: string; size: number; annotations: object }[];
  };
  const manifest = contentOf(`blobs/sha256/${index.manifests[0]?.digest.slice('sha256:'.length)}`);

  it('has the layers that go along, and no others', () => {
    expect(members.filter((member) => 'path' in member)).toEqual([{ name: `blobs/sha256/${'2'.repeat(64)}`, ...file }]);
  });

  it('names all layers by their uncompressed digests, and the config by the image ID', () => {
    expect(JSON.parse(manifest.toString())).toMatchObject({
      config: { digest: imageId, size: config.length },
      layers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf('1'), size: 512 },
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf('2'), size: 700 },
      ],
    });
    expect(contentOf(`blobs/sha256/${imageId.slice('sha256:'.length)}`)).toEqual(config);
  });

  it('names the image for containerd', () => {
    expect(index.manifests).toEqual([
      expect.objectContaining({
        size: manifest.length,
        annotations: { 'io.containerd.image.name': 'localhost/web:i-1' },
      }),
    ]);
  });

  it('ends with its index, without which it is refused', () => {
    expect(members.at(-1)?.name).toBe('index.json');
  });

  it('has what images share once', () => {
    const layers = new Map([[digestOf('1'), file]]);
    const api = { ...transferImage('api', imageId, ['1']), reference: 'localhost/api:i-1' };
    const both = buildImageLayout({ images: [web, api], configs: new Map([[imageId, config]]), layers });
    expect(new Set(both.map(({ name }) => name)).size).toBe(both.length);
  });

  it('is not made without a config', () => {
    expect(() => buildImageLayout({ images: [web], configs: new Map(), layers: new Map() })).toThrow('was not read');
  });
});
