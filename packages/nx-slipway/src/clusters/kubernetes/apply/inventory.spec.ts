import { digestLive } from './digest-object';
import { sortObsolete } from './finish-deploy';
import { emptyInventory, parseInventory, renderInventory, type InventoryEntry } from './inventory';
import { isAsLeft } from './is-as-left';
import { refKey, type LiveObject } from './object-ref';
import { inventoryNameOf, ownerLabelOf } from './ownership';

const entry = (kind: string, name: string): InventoryEntry => ({
  ...{ apiVersion: 'v1', kind, namespace: 'shop', name },
  path: `/api/v1/namespaces/shop/${kind.toLowerCase()}s/${name}`,
});

const live = (kind: string, name: string, more: object = {}, metadata: object = {}): LiveObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', uid: '1', resourceVersion: '1', ...metadata },
  ...more,
});

const byKey = (...objects: LiveObject[]): Map<string, LiveObject> =>
  new Map(objects.map((object) => [refKey({ ...object, namespace: 'shop', name: object.metadata.name }), object]));

describe('inventory', () => {
  const inventory = { ...emptyInventory('@acme/web'), objects: [entry('ConfigMap', 'a')] };

  it('is read as it was written', () => {
    expect(parseInventory(renderInventory(inventory, 'shop'))).toEqual(inventory);
  });

  it('is none when somebody has edited it', () => {
    const { data, ...rest } = renderInventory(inventory, 'shop');
    const edited = JSON.parse(JSON.stringify(data).replace('configmaps', 'secrets')) as object;
    expect(parseInventory({ ...rest, data: edited })).toBeUndefined();
    expect(parseInventory({ ...rest, data: {} })).toBeUndefined();
  });
});

describe('isAsLeft', () => {
  const before = live('Service', 'a', { spec: { port: 80 } });
  const left = { ...emptyInventory('web'), objects: [{ ...entry('Service', 'a'), leftAs: digestLive(before) }] };

  it.each([
    ['nothing has changed', before, true],
    [
      'only the status has',
      live('Service', 'a', { spec: { port: 80 }, status: { ready: 1 } }, { resourceVersion: '2' }),
      true,
    ],
    ['the spec has', live('Service', 'a', { spec: { port: 81 } }), false],
    ['it was made anew', live('Service', 'a', { spec: { port: 80 } }, { uid: '2' }), false],
    ['it is being removed', live('Service', 'a', { spec: { port: 80 } }, { deletionTimestamp: 'now' }), false],
    ['it is gone', undefined, false],
  ])('when %s', (_, now, expected) => {
    expect(isAsLeft(left, byKey(...(now ? [now] : [])))).toBe(expected);
  });

  it('takes a Job that has run for there', () => {
    const objects = [{ ...entry('Job', 'seed'), leftAs: 'x' }];
    const completedJobs = [{ namespace: 'shop', name: 'seed', digest: 'd' }];
    expect(isAsLeft({ ...left, objects, completedJobs }, new Map())).toBe(true);
    expect(isAsLeft({ ...left, objects }, new Map())).toBe(false);
  });

  it('sees a change of a Secret by its version, so that nothing tells of its values', () => {
    const secret = (value: string, resourceVersion: string): LiveObject =>
      live('Secret', 's', { data: { value } }, { resourceVersion });
    expect(digestLive(secret('a', '1'))).toBe(digestLive(secret('b', '1')));
    expect(digestLive(secret('a', '1'))).not.toBe(digestLive(secret('a', '2')));
  });
});

describe('sortObsolete', () => {
  const marks = { 'nx-slipway.io/project': 'web', 'nx-slipway.io/inventory': 'shop/inv' };
  const ground = { owner: 'web', home: 'shop/inv', pruneKinds: [] };
  const own = (kind: string): LiveObject => live(kind, 'a', {}, { annotations: marks });

  it('removes what bears the marks of this deploy, and keeps what holds data unless asked for', () => {
    const obsolete = ['ConfigMap', 'PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition'].map((kind) =>
      entry(kind, 'a'),
    );
    const found = byKey(...obsolete.map(({ kind }) => own(kind)));
    const kindsOf = (entries: readonly InventoryEntry[]): string[] => entries.map(({ kind }) => kind);
    const { unwanted, retained } = sortObsolete(obsolete, found, ground);
    expect(kindsOf(unwanted)).toEqual(['ConfigMap']);
    expect(kindsOf(retained)).toEqual(['PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition']);
    expect(kindsOf(sortObsolete(obsolete, found, { ...ground, pruneKinds: ['Namespace'] }).unwanted)).toEqual([
      'ConfigMap',
      'Namespace',
    ]);
  });

  it.each([
    ['another project’s', { ...marks, 'nx-slipway.io/project': 'api' }],
    ['of a deploy to another namespace', { ...marks, 'nx-slipway.io/inventory': 'other/inv' }],
    ['marked by nobody', {}],
  ])('leaves alone what is %s', (_, annotations) => {
    const found = byKey(live('ConfigMap', 'a', {}, { annotations }));
    expect(sortObsolete([entry('ConfigMap', 'a')], found, ground)).toEqual({ unwanted: [], retained: [] });
  });
});

describe('names', () => {
  it('of projects become labels and names that Kubernetes takes, and stay different', () => {
    expect(ownerLabelOf('web')).toBe('web');
    expect(ownerLabelOf('@acme/web')).toMatch(/^acme-web-[0-9a-f]{8}$/);
    expect(ownerLabelOf('@acme/web')).not.toBe(ownerLabelOf('@acme:web'));
    expect(inventoryNameOf('@Acme/Web_1')).toMatch(/^nx-slipway-acme-web-1-[0-9a-f]{8}$/);
  });
});
