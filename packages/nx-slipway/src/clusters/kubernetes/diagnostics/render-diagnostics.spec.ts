import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveObject } from '../live-object';
import { objectKey } from '../readiness/awaited-object';
import { renderEventLog, renderStates, withoutSecretData } from './render-diagnostics';

const fixtures = join(__dirname, '..', 'readiness', 'fixtures');
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
const pods = readJson('recorded-pods.json') as Readonly<Record<string, LiveObject>>;
const workloads = readJson('recorded-workloads.json') as readonly LiveObject[];

describe('renderStates', () => {
  it('tells of objects, their pods and containers', () => {
    const deployment = workloads.find(({ metadata }) => metadata?.name === 'crasher') ?? {};
    const gone: LiveObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'gone', namespace: 'shop' } };
    const text = renderStates([deployment], [gone], new Map([[objectKey(deployment), [pods['crasher'] ?? {}]]]));
    expect(text).toContain('Service shop/gone: it is not there, or may not be read\n');
    expect(text).toContain('Deployment shop/crasher: pending (LessAvailable), 0 of 1 pods are available\n');
    expect(text).toMatch(/ {2}condition Available is False \(MinimumReplicasUnavailable: .+\)\n/);
    expect(text).toMatch(/ {2}pod crasher-\S+: Running, kind-control-plane, 10\.\S+\n/);
    expect(text).toMatch(
      / {4}container app: not ready, waits \(CrashLoopBackOff: back-off .+\), before: ended with exit code 3 at 2026-\S+ \(Error\), 5 restarts, docker\.io/,
    );
  });
});

describe('renderEventLog', () => {
  it('tells events in the order in which they came', () => {
    const lines = renderEventLog(readJson('recorded-events.json') as Record<string, unknown>[])
      .trim()
      .split('\n');
    const times = lines.map((line) => line.split(' ')[0]);
    expect(times).toEqual(times.toSorted());
    expect(lines[0]).toMatch(/^2026-\S+ Normal Pod shop\/no-image Scheduled: Successfully assigned/);
    expect(lines.at(-1)).toMatch(/Warning Pod shop\/no-image Failed \(9 times\): Error: ImagePullBackOff$/);
  });
});

describe('withoutSecretData', () => {
  it('leaves out what a Secret holds, in its annotations too', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2', note: 'kept' };
    const secret = { kind: 'Secret', metadata: { name: 's', annotations }, data: { key: 'aHVudGVyMg==' } };
    expect(withoutSecretData(secret)).toEqual({
      kind: 'Secret',
      metadata: { name: 's', annotations: { note: 'kept' } },
      data: { key: '[redacted]' },
    });
  });
});
