import type { SourcedObject } from '../clusters/cluster';
import { assertDistinct } from './read-manifests';

const object = (apiVersion: string, namespace?: string): SourcedObject => ({
  object: { apiVersion, kind: 'Service', metadata: { name: 'web', ...(namespace === undefined ? {} : { namespace }) } },
  source: `${apiVersion}.yaml#1`,
});

describe('assertDistinct', () => {
  it('refuses one object that is there twice, in whichever version of its group', () => {
    const twice = [object('serving.knative.dev/v1'), object('serving.knative.dev/v1beta1')];
    expect(() => assertDistinct(twice)).toThrow(/Service default\/web/);
  });

  it('takes kinds of two groups, and objects of two namespaces, for different ones', () => {
    expect(() => assertDistinct([object('v1'), object('serving.knative.dev/v1'), object('v1', 'shop')])).not.toThrow();
  });
});
