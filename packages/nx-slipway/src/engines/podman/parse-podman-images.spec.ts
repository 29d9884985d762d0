import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findReferencedImage, parsePodmanImages, parsePodmanLayers } from './parse-podman-images';

/** Real output of podman 4.3.1 about one image. */
const inspected = readFileSync(join(__dirname, 'fixtures', 'image-inspect.json'), 'utf8');
const history = readFileSync(join(__dirname, 'fixtures', 'history.json'), 'utf8');
const ID = 'sha256:a89eb4f437c1ab0befc4a510768c480a12a2f7a47feff3c0b9c785eccf412928';

describe('parsePodmanImages', () => {
  it('reads ID, platform, tags and labels', () => {
    expect(parsePodmanImages(inspected)).toEqual([
      {
        imageId: ID,
        platform: 'linux/amd64',
        tags: ['localhost/web:1'],
        labels: { 'io.buildah.version': '1.28.2', 'io.nx-slipway': 'image' },
        onbuild: [],
      },
    ]);
  });
});

describe('triggers', () => {
  it('are read from the history, since podman 4.3.1 does not tell those of the config', () => {
    const output = readFileSync(join(__dirname, 'fixtures', 'image-inspect-onbuild.json'), 'utf8');
    expect(parsePodmanImages(output)[0]?.onbuild).toEqual(['COPY . /src', 'RUN echo hi']);
  });
});

describe('findReferencedImage', () => {
  const images = [
    {
      imageId: ID,
      platform: 'linux/amd64',
      tags: ['docker.io/library/debian:12', 'localhost/web:latest'],
      labels: {},
      onbuild: [],
    },
  ];

  it.each([ID, ID.slice('sha256:'.length), 'docker.io/library/debian:12', 'debian:12', 'localhost/web', 'web'])(
    'finds %s',
    (reference) => expect(findReferencedImage(reference, images)?.imageId).toBe(ID),
  );

  it.each(['debian', 'debian:1', 'ian:12', 'sha256:a89e'])('does not take the image for %s', (reference) => {
    expect(findReferencedImage(reference, images)).toBeUndefined();
  });
});

describe('parsePodmanLayers', () => {
  it('gives each diff ID the size of the history entry that made it, bottom first', () => {
    const layers = parsePodmanLayers(inspected, history);
    expect(layers.map(({ bytes }) => bytes)).toEqual([76902400, 2560, 2048, 1536]);
    expect(layers[0]?.diffId).toMatch(/^sha256:eafc922c/);
    expect(layers[3]?.diffId).toMatch(/^sha256:8d463179/);
  });

  it('does not guess where history and layers do not fit together', () => {
    expect(() => parsePodmanLayers(inspected, '[]')).toThrow('4 layers, but 0 sizes');
  });
});
