import type { SourcedObject } from '../clusters/cluster';
import { listRequiredImages, substituteImages } from './match-images';

const podSpec = (...images: string[]): object => ({
  initContainers: [{ name: 'init', image: images[0] }],
  containers: images.slice(1).map((image, index) => ({ name: `c${index}`, image })),
});

const sourced = (kind: string, spec: object): SourcedObject => ({
  object: { apiVersion: 'v1', kind, metadata: { name: 'x' }, spec },
  source: 'k8s/x.yaml#1',
});

const workload = (kind: string, ...images: string[]): SourcedObject => {
  const template = { template: { spec: podSpec(...images) } };
  if (kind === 'Pod') return sourced(kind, podSpec(...images));
  return sourced(kind, kind === 'CronJob' ? { jobTemplate: { spec: template } } : template);
};

const matching = {
  project: 'web',
  builtImages: new Set(['web', 'tools']),
  externalImages: ['docker.io/library/busybox:*'],
};

describe('images of manifests', () => {
  it.each(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'CronJob'])(
    'replaces containers and init containers of a %s by name, whatever their tag',
    (kind) => {
      const objects = [workload(kind, 'tools:dev', 'localhost/web', 'docker.io/library/busybox:1')];
      expect(listRequiredImages(objects, matching)).toEqual(['tools', 'web']);
      const tags = new Map([
        ['web', 'localhost/web:i-1'],
        ['tools', 'localhost/tools:i-2'],
      ]);
      const text = JSON.stringify(substituteImages(objects, matching, tags).objects);
      expect(text).toContain('"localhost/tools:i-2"');
      expect(text).toContain('"localhost/web:i-1"');
      expect(text).toContain('"docker.io/library/busybox:1"');
    },
  );

  it('does not touch the object that it was given', () => {
    const objects = [workload('Deployment', 'web', 'web')];
    const before = JSON.stringify(objects);
    substituteImages(objects, matching, new Map([['web', 'localhost/web:i-1']]));
    expect(JSON.stringify(objects)).toBe(before);
  });

  it.each([
    ['that is declared external', 'docker.io/library/web:1', ['docker.io/library/web:*']],
    ['with a digest', `web:1@sha256:${'0'.repeat(64)}`, ['web:1@*']],
  ])('leaves a reference %s alone, though a project builds an image of that name', (_, reference, externalImages) => {
    const objects = [workload('Pod', 'tools', reference)];
    const external = { ...matching, externalImages };
    expect(listRequiredImages(objects, external)).toEqual(['tools']);
    const tags = new Map([['web', 'localhost/web:i-1']]);
    expect(substituteImages(objects, external, tags).objects).toEqual(objects);
  });

  it('asks for a declaration of a reference with a digest, though a project builds an image of that name', () => {
    const objects = [workload('Pod', 'tools', `web@sha256:${'0'.repeat(64)}`)];
    expect(() => listRequiredImages(objects, matching)).toThrow(/names the image web@sha256/);
  });

  it('refuses an image that nobody builds, and says which there are', () => {
    expect(() => listRequiredImages([workload('Pod', 'web', 'wep')], matching)).toThrow(
      /k8s\/x\.yaml#1 names the image wep/,
    );
  });

  it('does not take a dot in an external pattern for any character', () => {
    const external = { ...matching, externalImages: ['ghcr.io/acme/*'] };
    expect(() => listRequiredImages([workload('Pod', 'web', 'ghcrxio/acme/a')], external)).toThrow();
    expect(listRequiredImages([workload('Pod', 'web', 'ghcr.io/acme/a:1')], external)).toEqual(['web']);
  });

  it('does not let a node ask a registry for an image that was brought to it, and says so', () => {
    const container = (image: string) => ({ name: 'a', image, imagePullPolicy: 'Always' });
    const objects = [sourced('Pod', { containers: [container('web:dev'), container('docker.io/library/busybox:1')] })];
    const tags = new Map([['web', 'localhost/web:i-1']]);
    const { objects: substituted, changedPolicies } = substituteImages(objects, matching, tags);
    expect(substituted[0]?.object['spec']).toEqual({
      containers: [
        { name: 'a', image: 'localhost/web:i-1', imagePullPolicy: 'IfNotPresent' },
        container('docker.io/library/busybox:1'),
      ],
    });
    expect(changedPolicies).toEqual([{ source: 'k8s/x.yaml#1', image: 'web:dev' }]);
  });

  it('replaces images at configured paths of custom resources, too, and wants them to be known', () => {
    const objects = [sourced('Ship', { hull: 'web:dev', flag: 'docker.io/library/busybox:1' })];
    const withPaths = { ...matching, imagePaths: { Ship: ['spec.hull', 'spec.flag'] } };
    expect(listRequiredImages(objects, withPaths)).toEqual(['web']);
    const tags = new Map([['web', 'localhost/web:i-1']]);
    expect(substituteImages(objects, withPaths, tags).objects[0]?.object['spec']).toEqual({
      hull: 'localhost/web:i-1',
      flag: 'docker.io/library/busybox:1',
    });
    expect(() => listRequiredImages([sourced('Ship', { hull: 'wep' })], withPaths)).toThrow(/names the image wep/);
  });
});
