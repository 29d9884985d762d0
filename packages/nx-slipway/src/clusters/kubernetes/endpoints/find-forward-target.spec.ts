import type { Endpoint } from '../../../artifact/endpoint';
import type { LiveObject } from '../live-object';
import { renderSelector } from '../readiness/read-own-pods';
import { selectTarget } from './find-forward-target';
import { listKubernetesEndpoints } from './list-endpoints';

const service = {
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }, { port: 81 }, { port: 82, targetPort: 9_000 }] },
};

const pod = (name: string, { ready = 'True', born = '2026-11-24T12:00:00Z', ending = false } = {}): LiveObject => ({
  metadata: { name, creationTimestamp: born, ...(ending ? { deletionTimestamp: born } : {}) } as LiveObject['metadata'],
  spec: { containers: [{ ports: [{ name: 'web', containerPort: 8_080 }] }] },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

const select = (port: number, ...pods: LiveObject[]) =>
  selectTarget({ namespace: 'shop', service: 'web', port }, service, pods);

describe('selectTarget', () => {
  it.each([
    [80, 8_080],
    [81, 81],
    [82, 9_000],
  ])('leads from the Service port %i to the port %i of the pod', (port, target) => {
    expect(select(port, pod('a'))).toEqual({ status: 'found', target: { namespace: 'shop', pod: 'a', port: target } });
  });

  it('takes the oldest of the pods that are ready and stay', () => {
    const young = pod('young', { born: '2026-11-24T13:00:00Z' });
    const others = [pod('starting', { ready: 'False' }), pod('leaving', { ending: true })];
    expect(select(80, young, ...others, pod('old'))).toMatchObject({ target: { pod: 'old' } });
  });

  it('says why there is none', () => {
    expect(select(80, pod('a', { ready: 'False' }))).toEqual({ status: 'none', reason: 'none of its 1 pods is ready' });
    expect(select(90, pod('a'))).toEqual({ status: 'none', reason: 'the Service has no port 90' });
    const unnamed = { ...pod('a'), spec: { containers: [{}] } };
    expect(select(80, unnamed)).toEqual({ status: 'none', reason: 'the pod a has no port "web"' });
  });
});

describe('renderSelector', () => {
  it('renders labels and expressions as a query has them', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'env', operator: 'NotIn', values: ['x'] },
      { key: 'k', operator: 'Exists' },
      { key: 'old', operator: 'DoesNotExist' },
    ];
    expect(renderSelector({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
      'app=web,tier in (a,b),env notin (x),k,!old',
    );
  });
});

describe('listKubernetesEndpoints', () => {
  const object = (type: string, name: string, namespace?: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: { type, ports: [{ name: 'grpc-api', port: 90 }] },
  });

  it('lists Services that are reached from outside, without a URL', () => {
    const objects = [object('NodePort', 'web'), object('LoadBalancer', 'edge', 'front'), object('ClusterIP', 'inner')];
    const expected = { portName: 'grpc-api', port: 90, scheme: 'grpc', url: null };
    expect(listKubernetesEndpoints(objects, 'shop')).toEqual([
      { ...expected, namespace: 'shop', service: 'web' },
      { ...expected, namespace: 'front', service: 'edge' },
    ] satisfies Endpoint[]);
  });
});
