import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assessObject } from './assess-object';
import { listAwaitedConfigs } from './find-missing-volumes';
import { findPodProblems, PROBLEM_GRACE_MS } from './find-pod-problems';
import { describePod, renderEvents } from './read-evidence';
import { findNewestReplicaSet, hasUnprobedContainer, selectOwnPods } from './select-own-pods';
import type { LiveObject } from '../live-object';

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, 'fixtures', name), 'utf8'));

/** As Kubernetes 1.34.4 with containerd 2.2 gave them, two minutes after they were made. */
const pods = readJson('recorded-pods.json') as Readonly<Record<string, LiveObject>>;
const workloads = readJson('recorded-workloads.json') as readonly LiveObject[];

const podNamed = (name: string): LiveObject => pods[name] ?? {};
const workload = (kind: string, name: string): LiveObject =>
  workloads.find((object) => object.kind === kind && object.metadata?.name?.startsWith(name)) ?? {};

describe('findPodProblems, by recorded pods', () => {
  it.each([
    ['no-image', 'image-pull', 'ImagePullBackOff', PROBLEM_GRACE_MS.imagePull],
    ['no-secret', 'config', 'CreateContainerConfigError', PROBLEM_GRACE_MS.config],
    ['no-node', 'unschedulable', 'Unschedulable', PROBLEM_GRACE_MS.unschedulable],
    ['no-program', 'config', 'CrashLoopBackOff', 0],
    ['no-init', 'crash-loop', 'CrashLoopBackOff', 0],
    ['crasher', 'crash-loop', 'CrashLoopBackOff', 0],
    ['never-again', 'exited', 'Error', 0],
  ])('%s has a problem of the kind %s', (name, kind, reason, graceMs) => {
    expect(findPodProblems(podNamed(name))).toMatchObject([{ kind, reason, graceMs }]);
  });

  it.each(['web', 'sleeper', 'no-volume'])('%s has none', (name) => {
    expect(podNamed(name).metadata).toBeDefined();
    expect(findPodProblems(podNamed(name))).toEqual([]);
  });

  it('tells which container, how often and how it ended', () => {
    expect(findPodProblems(podNamed('no-init'))).toMatchObject([{ container: 'prepare', restarts: 4, exitCode: 4 }]);
    expect(findPodProblems(podNamed('no-program'))[0]?.message).toMatch(/exec: "\/does\/not\/exist".*no such file/);
  });

  it('leaves it to a Job how often its pods may end', () => {
    expect(findPodProblems(podNamed('never-again'), { mayFail: true })).toEqual([]);
    expect(findPodProblems(podNamed('no-image'), { mayFail: true })).toHaveLength(1);
  });

  it('waits for a node that is not ready yet', () => {
    const message = '0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(findPodProblems({ ...podNamed('no-node'), status: { conditions } })).toEqual([]);
  });

  it('does not judge a pod that is going away', () => {
    const pod = podNamed('crasher');
    const metadata = { ...pod.metadata, deletionTimestamp: '2026-11-24T12:40:00Z' };
    expect(findPodProblems({ ...pod, metadata })).toEqual([]);
  });
});

describe('listAwaitedConfigs', () => {
  it('names what a pod that waits for its volumes mounts', () => {
    expect(listAwaitedConfigs(podNamed('no-volume'))).toContainEqual({ kind: 'ConfigMap', name: 'missing' });
    expect(listAwaitedConfigs(podNamed('web'))).toEqual([]);
  });

  it('leaves out what is optional', () => {
    const pod = podNamed('no-volume');
    const volumes = [{ configMap: { name: 'missing', optional: true } }, { secret: { secretName: 's' } }];
    expect(listAwaitedConfigs({ ...pod, spec: { volumes } })).toEqual([{ kind: 'Secret', name: 's' }]);
  });
});

describe('selectOwnPods', () => {
  const listed = { pods: Object.values(pods), replicaSets: workloads.filter(({ kind }) => kind === 'ReplicaSet') };

  it('gives a Deployment the pods of its newest ReplicaSet', () => {
    const deployment = workload('Deployment', 'crasher');
    expect(selectOwnPods(deployment, listed)).toEqual([podNamed('crasher')]);
    expect(findNewestReplicaSet(deployment, listed.replicaSets)?.metadata?.name).toMatch(/^crasher-/);
  });

  it('gives it none while only pods of earlier templates are there', () => {
    const deployment = workload('Deployment', 'crasher');
    const annotations = { ...deployment.metadata?.annotations, 'deployment.kubernetes.io/revision': '2' };
    expect(selectOwnPods({ ...deployment, metadata: { ...deployment.metadata, annotations } }, listed)).toEqual([]);
  });

  it('gives a Job its pods', () => {
    expect(selectOwnPods(workload('Job', 'fails'), listed)).toEqual([podNamed('fails')]);
  });

  it.each([
    ['StatefulSet', { status: { updateRevision: 'b' } }, { 'controller-revision-hash': 'b' }],
    [
      'DaemonSet',
      { metadata: { uid: 'u', annotations: { 'deprecated.daemonset.template.generation': '2' } } },
      { 'pod-template-generation': '2' },
    ],
  ])('gives a %s those of its newest revision', (kind, fields, labels) => {
    const ownerReferences = [{ kind, name: 'x', uid: 'u', controller: true }];
    const newest: LiveObject = { metadata: { labels, ownerReferences } };
    const older: LiveObject = { metadata: { labels: { 'controller-revision-hash': 'a' }, ownerReferences } };
    const set = { apiVersion: 'apps/v1', kind, metadata: { uid: 'u' }, ...fields };
    expect(selectOwnPods(set, { pods: [older, newest], replicaSets: [] })).toEqual([newest]);
  });

  it('knows which workloads are ready as soon as they run', () => {
    expect(hasUnprobedContainer(workload('Deployment', 'sleeper'))).toBe(true);
    expect(hasUnprobedContainer(workload('Deployment', 'web'))).toBe(false);
    expect(hasUnprobedContainer(podNamed('never-again'))).toBe(true);
  });
});

describe('assessObject, by recorded workloads', () => {
  it.each([
    ['Deployment', 'web', 'ready'],
    ['Deployment', 'sleeper', 'ready'],
    ['Deployment', 'crasher', 'pending'],
    ['Job', 'fails', 'failed'],
  ])('%s %s is %s', (kind, name, status) => {
    expect(assessObject(workload(kind, name)).status).toBe(status);
  });
});

describe('what a time-out shows', () => {
  it('says what the containers of a pod are in', () => {
    expect(describePod(podNamed('no-init'))).toEqual([
      '  pod no-init, container prepare: CrashLoopBackOff, ended 5 times, last with exit code 4',
    ]);
    expect(describePod(podNamed('no-secret'))).toEqual(['  pod no-secret, container app: CreateContainerConfigError']);
    expect(describePod(podNamed('never-again'))).toEqual([
      '  pod never-again, container app: Error, ended once, last with exit code 5',
    ]);
    expect(describePod(podNamed('web'))).toEqual([
      expect.stringMatching(/^ {2}pod web-\S+: its containers are ready$/),
    ]);
    expect(describePod(podNamed('no-node'))).toEqual(['  pod no-node: Pending']);
  });

  it('shows warnings, the last one last', () => {
    const lines = renderEvents(readJson('recorded-events.json') as Record<string, unknown>[]);
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => /^event (Failed|BackOff)( \(\d+ times\))?: /.test(line))).toBe(true);
  });

  it('shows what is normal where there is no warning', () => {
    expect(renderEvents([{ type: 'Normal', reason: 'Pulled', message: 'there' }])).toEqual(['event Pulled: there']);
  });
});
