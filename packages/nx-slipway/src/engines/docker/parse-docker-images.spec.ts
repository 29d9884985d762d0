import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDockerImage, parseDockerImages, parseDockerLayers } from './parse-docker-images';

const recorded = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');

describe('parseDockerImages', () => {
  it('reads docker 20.10, which names an image by its config', () => {
    const [image] = parseDockerImages(recorded('20.10/image-inspect.json'));
    expect(image).toMatchObject({ platform: 'linux/amd64', tags: ['localhost/dk-x:1'], labels: {} });
    expect(image?.imageId).toBe('sha256:7fba396b1db7146be0bbea803be18848af0d85cbd57efe69913431ef121092e1');
    expect(image?.dockerName).toBe(image?.imageId);
    expect(image?.diffIds).toHaveLength(5);
  });

  it('finds the config of what BuildKit built into the containerd image store', () => {
    const [image] = parseDockerImages(recorded('29/image-inspect.json'));
    const metadata = JSON.parse(recorded('29/build-metadata.json')) as Record<string, string>;
    expect(image?.dockerName).toBe(metadata['containerimage.digest']);
    expect(image?.imageId).toBe(metadata['containerimage.config.digest']);
  });

  it('does not take a manifest for the image ID of what was loaded into the containerd image store', () => {
    const [image] = parseDockerImages(recorded('29/image-inspect-loaded.json'));
    expect(image?.dockerName).toMatch(/^sha256:bbc2c38a/);
    expect(image?.imageId).toBeUndefined();
  });

  it('tells the containerd image store without a descriptor, as docker 25 to 27 describe it', () => {
    const images = JSON.parse(recorded('29/image-inspect-loaded.json')) as Record<string, unknown>[];
    for (const image of images) delete image['Descriptor'];
    expect(parseDockerImages(JSON.stringify(images))[0]?.imageId).toBeUndefined();
  });
});

describe('findDockerImage', () => {
  const [config, manifest] = [`sha256:${'c'.repeat(64)}`, `sha256:${'d'.repeat(64)}`];
  const images = [{ dockerName: manifest, imageId: config, tags: ['debian:12', 'localhost/web:latest', 'acme/api:1'] }];

  it.each([config, manifest, 'docker.io/library/debian:12', 'debian:12', 'localhost/web', 'docker.io/acme/api:1'])(
    'finds %s',
    (reference) => expect(findDockerImage(reference, images)?.dockerName).toBe(manifest),
  );

  it.each(['debian', 'web', 'localhost/debian:12', 'sha256:cccc'])('does not take the image for %s', (reference) =>
    expect(findDockerImage(reference, images)).toBeUndefined(),
  );
});

describe('parseDockerLayers', () => {
  const row = (CreatedBy: string, Size: string): string => JSON.stringify({ CreatedBy, Size });

  it('gives each diff ID the size of the row that made it, bottom first', () => {
    const [image] = parseDockerImages(recorded('20.10/image-inspect.json'));
    const layers = parseDockerLayers(image?.diffIds ?? [], recorded('20.10/history.jsonl'));
    expect(layers?.map(({ bytes }) => bytes)).toEqual([73805501, 0, 25, 3, 0]);
  });

  it('passes over rows that made no layer', () => {
    const rows = [row('CMD ["x"]', '0'), row('RUN true', '0'), row('ENV A=b', '0'), row('COPY . .', '9')];
    const layers = parseDockerLayers(['sha256:a', 'sha256:b'], rows.join('\n'));
    expect(layers).toEqual([
      { diffId: 'sha256:a', bytes: 9 },
      { diffId: 'sha256:b', bytes: 0 },
    ]);
  });

  it('does not guess where history and layers do not fit together', () => {
    expect(parseDockerLayers(['sha256:a', 'sha256:b'], row('COPY . .', '9'))).toBeUndefined();
  });
});
