import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainRejection, isServerAway } from './apply-problems';
import type { DesiredObject } from './mark-objects';

/** What kubectl 1.34.4 printed to standard error, the server being of that version. */
const recorded = (scenario: string): string => readFileSync(join(__dirname, 'fixtures', `${scenario}.txt`), 'utf8');

const target = { kubeconfig: '/store/kubeconfig', kubeContext: 'kind-a' };

const desired = (apiVersion: string, kind: string, name: string): DesiredObject => ({
  object: { apiVersion, kind, metadata: { name, namespace: 'm' } },
  source: 'k8s/a.yaml#1',
  digest: '',
  ref: { apiVersion, kind, name, namespace: 'm' },
});

const web = desired('apps/v1', 'Deployment', 'web');

describe('explainRejection', () => {
  it.each([
    ['conflict-of-one-field', 'CLUSTER_FIELD_CONFLICT', /\n {2}\.spec\.replicas is set by "kubectl"$/],
    [
      'conflict-of-two-objects',
      'CLUSTER_FIELD_CONFLICT',
      /\n {2}\.data\.k is set by "kubectl-patch"\n {2}\.data\.l is/,
    ],
    ['immutable-selector', 'CLUSTER_FIELD_IMMUTABLE', /does not let spec\.selector change: field is immutable$/],
    ['immutable-stateful-set', 'CLUSTER_FIELD_IMMUTABLE', /let spec change: Forbidden: updates to statefulset spec/],
    [
      'immutable-config-map',
      'CLUSTER_FIELD_IMMUTABLE',
      /let data change: Forbidden: field is immutable when `immutable` is/,
    ],
    ['immutable-role', 'CLUSTER_FIELD_IMMUTABLE', /let roleRef change: cannot change roleRef$/],
    ['immutable-claim', 'CLUSTER_FIELD_IMMUTABLE', /let spec change: Forbidden: spec is immutable after creation/],
    ['immutable-service', 'CLUSTER_FIELD_IMMUTABLE', /let spec\.clusterIPs\[0\] change: may not change once set$/],
    ['unknown-field', 'CLUSTER_OBJECT_INVALID', /is not valid at \.spec\.replicaz: field not declared in schema\.$/],
    [
      'wrong-type',
      'CLUSTER_OBJECT_INVALID',
      /is not valid at \.spec\.replicas: expected numeric \(int or float\), got string/,
    ],
    [
      'node-port-taken',
      'CLUSTER_OBJECT_INVALID',
      /at spec\.ports\[0\]\.nodePort: Invalid value: 30080: provided port is/,
    ],
    [
      'bad-name',
      'CLUSTER_OBJECT_INVALID',
      /at metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/,
    ],
    ['not-base64', 'CLUSTER_OBJECT_INVALID', /illegal base64 data at input byte 3\.$/],
    ['forbidden', 'CLUSTER_FORBIDDEN', /User "joe" cannot patch resource "configmaps"/],
  ])('knows %s', (scenario, code, message) => {
    expect(explainRejection(recorded(scenario), web, target)).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('gives the command that removes what cannot be changed', () => {
    expect(explainRejection(recorded('immutable-selector'), web, target)?.problem.hint).toMatch(
      / kubectl --kubeconfig \/store\/kubeconfig --context kind-a delete deployment\.apps\/web --namespace m$/,
    );
  });

  it('makes nothing of what is not an answer of the server', () => {
    expect(explainRejection('panic: runtime error', web, target)).toBeUndefined();
  });
});

describe('isServerAway', () => {
  it.each([
    ['is not there', 'server-away'],
    ['is killed while objects are applied', 'server-killed'],
    ['comes back, and has no schemas yet', 'server-coming-back'],
  ])('knows a server that %s', (_, scenario) => {
    expect(isServerAway(recorded(scenario))).toBe(true);
  });

  it('tells a server that does not answer from one that refuses', () => {
    expect(isServerAway(recorded('forbidden'))).toBe(false);
  });
});
