import type { KubernetesObject, SourcedObject } from '../clusters/cluster';
import { annotateConfigDigests, CONFIG_DIGEST_ANNOTATION } from './annotate-config-digests';

const sourced = (object: KubernetesObject): SourcedObject => ({ object, source: 'a.yaml#1' });

const config = (kind: string, value: string, namespace?: string): SourcedObject =>
  sourced({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'c', ...(namespace === undefined ? {} : { namespace }) },
    [kind === 'Secret' ? 'stringData' : 'data']: { key: value },
  });

const workload = (podSpec: object): SourcedObject =>
  sourced({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: podSpec } },
  });

const container = (more: object): object => ({ containers: [{ name: 'a', image: 'web', ...more }] });

function digestOf(...objects: SourcedObject[]): unknown {
  const { spec } = annotateConfigDigests(objects)[0]!.object as unknown as {
    spec: { template: { metadata?: { annotations?: Record<string, string> } } };
  };
  return spec.template.metadata?.annotations?.[CONFIG_DIGEST_ANNOTATION];
}

describe('annotateConfigDigests', () => {
  it.each([
    ['ConfigMap', 'a volume', { volumes: [{ name: 'v', configMap: { name: 'c' } }], containers: [] }],
    ['Secret', 'a volume', { volumes: [{ name: 'v', secret: { secretName: 'c' } }], containers: [] }],
    ['ConfigMap', 'a projected volume', { volumes: [{ projected: { sources: [{ configMap: { name: 'c' } }] } }] }],
    ['Secret', 'a projected volume', { volumes: [{ projected: { sources: [{ secret: { name: 'c' } }] } }] }],
    ['ConfigMap', 'envFrom', container({ envFrom: [{ configMapRef: { name: 'c' } }] })],
    ['Secret', 'envFrom', container({ envFrom: [{ secretRef: { name: 'c' } }] })],
    [
      'ConfigMap',
      'a variable',
      container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'key' } } }] }),
    ],
    [
      'Secret',
      'a variable of an init container',
      { initContainers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'c', key: 'key' } } }] }] },
    ],
  ])('sees a change of a %s that is used by %s', (kind, _, podSpec) => {
    const before = digestOf(workload(podSpec), config(kind, '1'));
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(digestOf(workload(podSpec), config(kind, '1'))).toBe(before);
    expect(digestOf(workload(podSpec), config(kind, '2'))).not.toBe(before);
  });

  it('leaves alone what uses nothing of this deploy', () => {
    const uses = { volumes: [{ name: 'v', configMap: { name: 'c' } }] };
    const objects = [workload(container({})), workload(uses), config('Secret', '1'), config('ConfigMap', '1', 'other')];
    expect(annotateConfigDigests(objects)).toEqual(objects);
  });
});
