import type { KubernetesObject } from '../../cluster';
import { emptyInventory } from './inventory';
import { markObjects } from './mark-objects';
import type { LiveObject } from './object-ref';
import { orderObjects } from './order-objects';
import { planApply, type ApplyGround } from './plan-apply';

const resources = new Map([
  ['batch/v1 Job', { plural: 'jobs', namespaced: true }],
  ['v1 ConfigMap', { plural: 'configmaps', namespaced: true }],
  ['v1 Namespace', { plural: 'namespaces', namespaced: false }],
]);

const mark = (...objects: KubernetesObject[]) =>
  markObjects(
    objects.map((object, index) => ({ object, source: `a.yaml#${index + 1}` })),
    { owner: 'web', namespace: 'shop', resources },
  );

const jobWith = (image: string): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'seed' },
  spec: { template: { spec: { containers: [{ name: 'a', image }] } } },
});

const configMap: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

const live = (object: KubernetesObject, status: object = {}, metadata: object = {}): LiveObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata, uid: '1', resourceVersion: '1' },
  status,
});

const actionsOf = (object: KubernetesObject, ground: Partial<ApplyGround>): string[] =>
  planApply(mark(object), {
    owner: 'web',
    knownOwners: undefined,
    live: new Map(),
    inventory: emptyInventory('web'),
    ...ground,
  }).map(({ action }) => action);

describe('planApply', () => {
  const [marked] = mark(jobWith('web:1'));
  const failed = { conditions: [{ type: 'Failed', status: 'True' }] };
  const digest = marked!.digest;
  const key = 'batch/Job shop/seed';

  it.each([
    ['is not there', jobWith('web:1'), undefined, 'apply'],
    ['is there as it should be', jobWith('web:1'), live(marked!.object), 'leave'],
    ['has failed', jobWith('web:1'), live(marked!.object, failed), 'replace'],
    ['has changed', jobWith('web:2'), live(marked!.object), 'replace'],
    ['is being removed', jobWith('web:1'), live(marked!.object, {}, { deletionTimestamp: 'now' }), 'replace'],
  ])('a Job that %s', (_, job, found, action) => {
    expect(actionsOf(job, { live: new Map(found ? [[key, found]] : []) })).toEqual([action]);
  });

  it('does not run a Job again that has run and that the cluster has removed, unless it has changed', () => {
    const completedJobs = [{ namespace: 'shop', name: 'seed', digest }];
    const inventory = { ...emptyInventory('web'), completedJobs };
    expect(actionsOf(jobWith('web:1'), { inventory })).toEqual(['done']);
    expect(actionsOf(jobWith('web:2'), { inventory })).toEqual(['apply']);
    const ending = new Map([[key, live(marked!.object, {}, { deletionTimestamp: 'now' })]]);
    expect(actionsOf(jobWith('web:1'), { inventory, live: ending })).toEqual(['done']);
    expect(actionsOf(jobWith('web:2'), { inventory, live: ending })).toEqual(['replace']);
  });

  it('takes over what nobody has, and what a project had that is no more', () => {
    const theirs = live({ ...configMap, metadata: { name: 'a', annotations: { 'nx-slipway.io/project': 'gone' } } });
    const found = new Map([['/ConfigMap shop/a', theirs]]);
    expect(actionsOf(configMap, { live: new Map([['/ConfigMap shop/a', live(configMap)]]) })).toEqual(['apply']);
    expect(actionsOf(configMap, { live: found, knownOwners: ['web'] })).toEqual(['apply']);
    expect(() => actionsOf(configMap, { live: found, knownOwners: ['web', 'gone'] })).toThrow(/project gone already/);
    expect(() => actionsOf(configMap, { live: found })).toThrow(/project gone already/);
  });
});

describe('markObjects', () => {
  it('gives a namespace only to what has one, and marks objects and the pods of workloads', () => {
    const [config, namespace, job] = mark(
      configMap,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } },
      jobWith('a'),
    );
    expect(config!.object.metadata).toMatchObject({
      namespace: 'shop',
      labels: { 'nx-slipway.io/owner': 'web' },
      annotations: { 'nx-slipway.io/project': 'web' },
    });
    expect(namespace!.object.metadata).not.toHaveProperty('namespace');
    expect(job!.object).toMatchObject({
      spec: { template: { metadata: { labels: { 'nx-slipway.io/owner': 'web' } } } },
    });
  });
});

describe('orderObjects', () => {
  it('puts first what others need, custom kinds after built-in ones and webhooks last', () => {
    const kinds = [
      'ValidatingWebhookConfiguration',
      'Ship',
      'Deployment',
      'ConfigMap',
      'CustomResourceDefinition',
      'Namespace',
    ];
    const objects = kinds.map((kind): KubernetesObject => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } }));
    expect(orderObjects(objects, (object) => object).map(({ kind }) => kind)).toEqual(kinds.toReversed());
  });
});
