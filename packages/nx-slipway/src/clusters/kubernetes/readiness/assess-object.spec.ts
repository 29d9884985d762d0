import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { assessObject } from './assess-object';
import type { LiveObject } from '../live-object';

interface KstatusCase {
  readonly name: string;
  readonly status: 'Current' | 'InProgress' | 'Failed';
  readonly reason?: string;
  readonly object: LiveObject;
}

/** Where a deploy needs another answer than kstatus gives (see `assessObject`). */
const DIFFERENCES: Readonly<Record<string, string>> = {
  podCompletedFailed: 'failed PodFailed',
  // Who waits counts the time and the restarts.
  podUnschedulable: 'pending PodNotScheduled',
  podCrashLooping: 'pending ContainerCrashLooping',
  jobInProgress: 'pending JobInProgress',
};

const STATUS = { Current: 'ready', InProgress: 'pending', Failed: 'failed' } as const;

const cases = parseAllDocuments(readFileSync(join(__dirname, 'fixtures', 'kstatus-cases.yaml'), 'utf8')).map(
  (document) => document.toJS() as KstatusCase,
);

function describeState(object: LiveObject): string {
  const state = assessObject(object);
  return state.status === 'ready' ? 'ready' : `${state.status} ${state.reason}`;
}

const SILENT_REASON = /undefined$/;

describe('assessObject, by the test cases of kstatus', () => {
  it.each(cases)('$name', ({ name, status, reason, object }) => {
    const expected = DIFFERENCES[name] ?? (status === 'Current' ? 'ready' : `${STATUS[status]} ${reason}`);
    if (SILENT_REASON.test(expected)) expect(assessObject(object).status).toBe(STATUS[status]);
    else expect(describeState(object)).toBe(expected);
  });

  it('has all of them', () => {
    expect(cases.length).toBe(53);
  });
});

describe('assessObject, beyond kstatus', () => {
  const deployment = (status: object, spec: object = {}): LiveObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { generation: 2 },
    spec: { replicas: 1, progressDeadlineSeconds: 600, ...spec },
    status: { observedGeneration: 2, ...status },
  });

  it('tells why the pods of a Deployment cannot be made', () => {
    const refused = {
      type: 'ReplicaFailure',
      status: 'True',
      message: 'pods "web-1-" is forbidden: exceeded quota: small',
    };
    expect(assessObject(deployment({ conditions: [refused] }))).toMatchObject({
      status: 'pending',
      message: '0 of 1 pods exist: pods "web-1-" is forbidden: exceeded quota: small',
    });
  });

  it('tells that a Deployment is paused', () => {
    expect(assessObject(deployment({ replicas: 1 }, { paused: true }))).toMatchObject({
      message: '0 of 1 pods are of the newest template; it is paused (spec.paused)',
    });
  });

  it('takes an object that is being deleted for not ready', () => {
    const metadata = { deletionTimestamp: '2026-11-24T12:00:00Z' };
    expect(describeState({ apiVersion: 'v1', kind: 'ConfigMap', metadata })).toBe('pending Terminating');
  });

  it.each([
    ['Reconciling', 'pending Rolling'],
    ['Stalled', 'failed Rolling'],
  ])('believes the condition %s of any object', (type, expected) => {
    const status = { conditions: [{ type, status: 'True', reason: 'Rolling', message: 'm' }] };
    expect(describeState({ apiVersion: 'x.io/v1', kind: 'Thing', status })).toBe(expected);
  });

  it('does not wait for a suspended Job', () => {
    expect(describeState({ apiVersion: 'batch/v1', kind: 'Job', spec: { suspend: true }, status: {} })).toBe('ready');
  });

  it('waits for an APIService by its own condition', () => {
    const status = { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] };
    expect(describeState({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', status })).toBe(
      'pending MissingEndpoints',
    );
  });

  it('knows a kind by its group: a custom Deployment is not that of apps', () => {
    expect(describeState({ apiVersion: 'x.io/v1', kind: 'Deployment', spec: { replicas: 3 } })).toBe('ready');
  });
});
