import type { SourcedObject } from '../clusters/cluster';
import { digestManifests } from './digest-manifests';

const configMap = (data: Record<string, string>, source = 'a.yaml#1'): SourcedObject => ({
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data },
  source,
});

describe('digestManifests', () => {
  it('does not depend on the order of keys or on the name of the file', () => {
    expect(digestManifests([configMap({ a: '1', b: '2' })])).toBe(
      digestManifests([configMap({ b: '2', a: '1' }, 'b.yaml#2')]),
    );
  });

  it('depends on every value', () => {
    expect(digestManifests([configMap({ a: '1' })])).not.toBe(digestManifests([configMap({ a: '2' })]));
  });
});
