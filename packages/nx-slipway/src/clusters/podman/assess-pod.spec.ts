import { assessPod } from './assess-pod';
import type { ListedContainer, ListedPod } from './container-list';
import { renderTestPod } from './testing/render-test-pod';

const podYaml = (spec: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  ${spec}
  initContainers: [{ name: migrate, image: 'localhost/web:i-1' }]
  containers: [{ name: app, image: 'localhost/web:i-1' }]
`;

const listedContainer = (container: string | null, values: Partial<ListedContainer> = {}): ListedContainer => ({
  id: 'c'.repeat(64),
  podmanName: `c1_default_web_${container}`,
  container,
  podId: 'p',
  state: 'running',
  pid: 1,
  exitCode: 0,
  startedAt: 0,
  imageId: 'sha256:aa',
  ...values,
});

describe('assessPod', () => {
  const pod = renderTestPod(podYaml(''));
  const migrated = listedContainer('migrate', { state: 'exited' });
  const listed = (values: Partial<ListedPod> = {}): ListedPod => ({
    podId: 'p',
    namespace: 'default',
    name: 'web',
    owner: 'web',
    hash: pod.hash,
    address: '10.89.0.10',
    workload: 'Pod/web',
    infra: listedContainer(null),
    containers: [migrated, listedContainer('app')],
    ...values,
  });

  it('lets a pod be that is as it should be', () => {
    expect(assessPod(pod, listed())).toEqual({ status: 'running' });
    expect(assessPod(pod, undefined)).toEqual({ status: 'missing' });
  });

  it.each([
    ['it has changed', { hash: 'other' }],
    ['its init container migrate did not complete', { containers: [listedContainer('app')] }],
    [
      'its init container migrate did not complete',
      { containers: [{ ...migrated, exitCode: 1 }, listedContainer('app')] },
    ],
    ['app does not run', { containers: [migrated] }],
    ['app does not run', { containers: [migrated, listedContainer('app', { state: 'exited' })] }],
    ['app runs other bytes', { containers: [migrated, listedContainer('app', { imageId: 'sha256:bb' })] }],
    ['its network is gone', { infra: listedContainer(null, { state: 'exited' }) }],
  ])('replaces a pod, since %s', (reason, values) => {
    expect(assessPod(pod, listed(values))).toEqual({ status: 'stale', reason });
  });

  it('counts a pod as completed whose containers ended well, if it may end', () => {
    const once = renderTestPod(podYaml('restartPolicy: Never'));
    const ended = {
      hash: once.hash,
      infra: undefined,
      containers: [migrated, listedContainer('app', { state: 'exited' })],
    };
    expect(assessPod(once, listed(ended))).toEqual({ status: 'completed' });
    const failed = { ...ended, containers: [migrated, listedContainer('app', { state: 'exited', exitCode: 1 })] };
    expect(assessPod(once, listed(failed))).toEqual({ status: 'stale', reason: 'app does not run' });
  });
});
