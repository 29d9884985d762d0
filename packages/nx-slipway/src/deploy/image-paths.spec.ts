import type { KubernetesObject } from '../clusters/cluster';
import { isImagePath, listImagesAtPaths, mapImagesAtPaths } from './image-paths';

const ship: KubernetesObject = {
  apiVersion: 'acme.example/v1',
  kind: 'Ship',
  metadata: { name: 'argo', annotations: { 'acme.example/image': 'note' } },
  spec: { image: 'hull', crew: [{ image: 'rower' }, { image: 'rower' }, { name: 'idle' }], oars: 50 },
};

const all = [
  'spec.image',
  'spec.crew[*].image',
  'metadata.annotations["acme.example/image"]',
  'spec.oars',
  'spec.gone.image',
];

describe('images at configured paths', () => {
  it('are found by kind, or by kind and group', () => {
    expect(listImagesAtPaths(ship, { Ship: all })).toEqual(['hull', 'rower', 'note']);
    expect(listImagesAtPaths(ship, { 'Ship.acme.example': ['spec.image'] })).toEqual(['hull']);
    expect(listImagesAtPaths(ship, { 'Ship.other.example': ['spec.image'], Boat: ['spec.image'] })).toEqual([]);
  });

  it('are replaced in a copy', () => {
    const before = JSON.stringify(ship);
    const mapped = mapImagesAtPaths(ship, { Ship: all }, (image) => `${image}:1`);
    expect(mapped['spec']).toEqual({
      image: 'hull:1',
      crew: [{ image: 'rower:1' }, { image: 'rower:1' }, { name: 'idle' }],
      oars: 50,
    });
    expect(mapped.metadata.annotations).toEqual({ 'acme.example/image': 'note:1' });
    expect(JSON.stringify(ship)).toBe(before);
  });

  it.each(['', '.', 'a..b', 'a.', 'a[0]', 'a[*', '$.a b]'])('"%s" is no path', (text) => {
    expect(isImagePath(text)).toBe(false);
  });
});
