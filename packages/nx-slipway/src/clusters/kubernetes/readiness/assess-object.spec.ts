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

  it('takes a paused Deployment for ready once all of its pods are of the newest template', () => {
    const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
    const conditions = [
      { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' },
      { type: 'Available', status: 'True' },
    ];
    expect(describeState(deployment({ ...counts, conditions }, { paused: true }))).toBe('ready');
    expect(describeState(deployment({ ...counts, conditions }))).toBe('pending ReplicaSetNotAvailable');
  });

  const byHand = (kind: string, status: object, type = 'OnDelete'): LiveObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { generation: 2 },
    spec: { replicas: 2, updateStrategy: { type } },
    status: { observedGeneration: 2, ...status },
  });

  it('wants the pods of a StatefulSet that are replaced by hand to be there, of whichever template', () => {
    const revisions = { currentRevision: 'web-1', updateRevision: 'web-2' };
    const counts = { replicas: 2, readyReplicas: 2, currentReplicas: 2, ...revisions };
    expect(describeState(byHand('StatefulSet', {}))).toBe('pending LessReplicas');
    expect(describeState(byHand('StatefulSet', { ...counts, readyReplicas: 1 }))).toBe('pending LessReady');
    expect(describeState(byHand('StatefulSet', counts))).toBe('ready');
    expect(describeState(byHand('StatefulSet', counts, 'RollingUpdate'))).toBe('pending RevisionMismatch');
  });

  it('does not wait for pods of a DaemonSet that are replaced by hand', () => {
    const counts = { desiredNumberScheduled: 2, currentNumberScheduled: 2, numberAvailable: 2, numberReady: 2 };
    expect(describeState(byHand('DaemonSet', counts))).toBe('ready');
    expect(describeState(byHand('DaemonSet', counts, 'RollingUpdate'))).toBe('pending LessUpdated');
  });

  it.each([
    ['Ready', 2, 'pending LatestGenerationNotObserved'],
    ['Ready', 3, 'ready'],
    ['Ready', undefined, 'ready'],
    ['Stalled', 2, 'ready'],
    ['Stalled', 3, 'failed Stalled'],
  ])(
    'believes the condition %s of generation %p of an object of generation 3: %s',
    (type, observedGeneration, expected) => {
      const condition = { type, status: 'True', ...(observedGeneration === undefined ? {} : { observedGeneration }) };
      const object = {
        apiVersion: 'x.io/v1',
        kind: 'Thing',
        metadata: { generation: 3 },
        status: { conditions: [condition] },
      };
      expect(describeState(object)).toBe(expected);
    },
  );

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
