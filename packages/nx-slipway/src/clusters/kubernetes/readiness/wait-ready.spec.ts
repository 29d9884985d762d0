import type { ApiAnswer } from '../kube-api';
import type { LiveObject } from '../live-object';
import { AWAY_ALLOWANCE_MS } from './away-account';
import { STEADY_MS } from './steadiness';
import { waitReady } from './wait-ready';

const PATH = '/apis/apps/v1/namespaces/shop/deployments/web';

/** A Deployment with so many of its one pod ready. */
function deployment(name: string, readyReplicas: number, { isProbed = true } = {}): LiveObject {
  const status = { readyReplicas, replicas: 1, updatedReplicas: 1, availableReplicas: readyReplicas };
  const container = isProbed ? { readinessProbe: {} } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { spec: { containers: [container] } } },
    status: {
      ...status,
      observedGeneration: 1,
      conditions: [{ type: 'Available', status: readyReplicas ? 'True' : 'False' }],
    },
  };
}

const AWAY: ApiAnswer = { status: 'unreachable', message: 'connect ECONNREFUSED' };

/** A pod of `web` whose container has ended so often. */
const crashing = (restartCount: number): LiveObject => ({
  metadata: { name: 'web-1', uid: 'p', ownerReferences: [{ kind: 'ReplicaSet', name: 'web', uid: 'rs' }] },
  status: {
    containerStatuses: [
      {
        name: 'app',
        restartCount,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 3 } },
      },
    ],
  },
});

const JOB_PATH = '/apis/batch/v1/namespaces/shop/jobs/migrate';

const job = (conditions: readonly object[], metadata: object = {}): LiveObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: 'shop', uid: 'migrate-1', ...metadata },
  spec: { template: { spec: { containers: [{}] } } },
  status: { startTime: '2026-11-24T12:00:00Z', conditions },
});

interface Scenario {
  /** What the server says of a path, at a time in milliseconds since the wait began. */
  readonly answer: (path: string, atMs: number) => ApiAnswer | LiveObject;
  readonly names?: readonly string[];
  readonly timeoutMs?: number;
  /** Whether the Job is waited for, too. */
  readonly withJob?: boolean;
}

/** Waits in a world without time: each pause is over at once. */
async function wait({ answer, names = ['web'], timeoutMs = 60_000, withJob = false }: Scenario) {
  let now = 1_000_000;
  const began = now;
  const lines: string[] = [];
  const asked: string[] = [];
  const edge = {
    target: { kubeconfig: '/k', kubeContext: 'kind-x', namespace: 'shop' },
    api: {
      get: (path: string): Promise<ApiAnswer> => {
        asked.push(path);
        const answered = answer(path, now - began);
        return Promise.resolve(
          'status' in answered && typeof answered.status === 'string'
            ? (answered as ApiAnswer)
            : { status: 'ok', body: answered },
        );
      },
    },
    tools: {
      runner: { run: () => Promise.reject(new Error('no process')) },
      clock: { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) },
      env: {},
      log: { line: (line: string) => void lines.push(line) },
      signal: new AbortController().signal,
    },
  };
  const objects = [
    ...names.map((name) => ({
      object: deployment(name, 0),
      path: PATH.replace('web', name),
      source: `k8s/${name}.yaml#1`,
    })),
    ...(withJob ? [{ object: job([]), path: JOB_PATH, source: 'k8s/migrate.yaml#1' }] : []),
  ];
  const error: unknown = await waitReady({ objects, timeoutMs, subject: 'web' }, edge).catch(
    (thrown: unknown) => thrown,
  );
  return { error, lines, asked, tookMs: now - began };
}

const nothing = { items: [] };

describe('waitReady', () => {
  it('asks once where all is ready, and says nothing', async () => {
    const { error, asked, lines } = await wait({ answer: () => deployment('web', 1) });
    expect([error, asked, lines]).toEqual([undefined, [PATH], []]);
  });

  it('reads several objects of a kind by one request', async () => {
    const items = [deployment('web', 1), deployment('api', 1)];
    const { asked } = await wait({ names: ['web', 'api'], answer: () => ({ items }) });
    expect(asked).toEqual(['/apis/apps/v1/namespaces/shop/deployments']);
  });

  it('looks at all objects together at last: one may have failed while another came', async () => {
    const { error, tookMs } = await wait({
      names: ['web', 'api'],
      answer: (path, atMs) => {
        if (path.endsWith('/deployments')) {
          return {
            items: [deployment('web', atMs > 5_000 && atMs < 12_000 ? 0 : 1), deployment('api', atMs > 6_000 ? 1 : 0)],
          };
        }
        return path.includes('/deployments/')
          ? deployment(
              path.slice(path.lastIndexOf('/') + 1),
              atMs > 12_000 || path.endsWith('api') ? Number(atMs > 6_000) : 0,
            )
          : nothing;
      },
    });
    expect(error).toBeUndefined();
    expect(tookMs).toBeGreaterThan(12_000);
  });

  it('wants a container without a readiness probe to have run for a moment', async () => {
    const answer = (isProbed: boolean) => (path: string, atMs: number) =>
      path === PATH ? deployment('web', atMs > 0 ? 1 : 0, { isProbed }) : nothing;
    expect((await wait({ answer: answer(true) })).tookMs).toBeLessThan(STEADY_MS);
    expect((await wait({ answer: answer(false) })).tookMs).toBeGreaterThanOrEqual(STEADY_MS);
  });

  const complete = { type: 'Complete', status: 'True' };
  const gone: ApiAnswer = { status: 'refused', httpStatus: 404, message: 'jobs.batch "migrate" not found' };

  it('does not want a Job that has run to its end to go on running', async () => {
    const answer = (path: string, atMs: number) => (path === JOB_PATH ? job(atMs > 0 ? [complete] : []) : nothing);
    expect((await wait({ names: [], withJob: true, answer })).tookMs).toBeLessThan(STEADY_MS);
  });

  it('does not miss a Job that completed and that the cluster has removed since', async () => {
    const isRemoved = { deletionTimestamp: '2026-11-24T12:00:09Z' };
    const { error, tookMs } = await wait({
      withJob: true,
      answer: (path, atMs) => {
        if (path === PATH) return deployment('web', Number(atMs > 20_000));
        if (path !== JOB_PATH) return nothing;
        if (atMs > 9_000) return gone;
        return atMs > 4_000 ? job([complete], atMs > 6_000 ? isRemoved : {}) : job([]);
      },
    });
    expect(error).toBeUndefined();
    expect(tookMs).toBeLessThan(25_000);
  });

  it.each([
    ['Completed', 'Job completed', undefined],
    ['BackoffLimitExceeded', 'Job has reached the specified backoff limit', 'READINESS_JOB_FAILED'],
    ['Created', 'Created pod: migrate-x', 'READINESS_OBJECT_FAILED'],
  ])('learns by its events how a Job ended that was gone before: %s', async (reason, message, code) => {
    const { error } = await wait({
      names: [],
      withJob: true,
      answer: (path, atMs) => {
        if (path === JOB_PATH) return atMs > 2_000 ? gone : job([]);
        return path.includes('/events?fieldSelector=involvedObject.uid%3Dmigrate-1')
          ? { items: [{ reason, message }] }
          : nothing;
      },
    });
    expect((error as { code?: string } | undefined)?.code).toBe(code);
  });

  it('notices what is ready when a tenth more time has passed at most', async () => {
    const { tookMs } = await wait({
      answer: (path, atMs) => (path === PATH ? deployment('web', Number(atMs >= 4_500)) : nothing),
    });
    expect(tookMs).toBeLessThan(4_500 * 1.1);
  });

  it('waits for a server that is away, and takes that time not from the deploy', async () => {
    const { error, lines } = await wait({
      timeoutMs: 10_000,
      answer: (path, atMs) =>
        atMs > 2_000 && atMs < 22_000 ? AWAY : path === PATH ? deployment('web', Number(atMs > 25_000)) : nothing,
    });
    expect(error).toBeUndefined();
    expect(lines).toContain('web: the API server does not answer (connect ECONNREFUSED); waiting for it');
    expect(lines).toContainEqual(expect.stringMatching(/^web: the API server answers again, after (19|20|21) s$/));
  });

  it('does not wait for ever for a server that is away', async () => {
    const { error, tookMs } = await wait({ timeoutMs: 10_000, answer: () => AWAY });
    expect(error).toMatchObject({ code: 'READINESS_API_AWAY' });
    expect(tookMs - 10_000 - AWAY_ALLOWANCE_MS).toBeLessThanOrEqual(1_000);
  });

  it('takes trouble of the server itself for its absence', async () => {
    const trouble: ApiAnswer = { status: 'refused', httpStatus: 503, message: 'etcdserver: leader changed' };
    const { error } = await wait({ answer: (_, atMs) => (atMs < 5_000 ? trouble : deployment('web', 1)) });
    expect(error).toBeUndefined();
  });

  it.each([
    ['is not there', { status: 'refused', httpStatus: 404, message: 'not found' }, 'it is not there'],
    [
      'may not be read',
      { status: 'refused', httpStatus: 403, message: 'forbidden' },
      'the server refuses to tell: forbidden',
    ],
  ] as [string, ApiAnswer, string][])('gives up an object that %s', async (_, answer, reason) => {
    const { error } = await wait({ answer: () => answer });
    expect(error).toMatchObject({ code: 'READINESS_OBJECT_FAILED', message: expect.stringContaining(reason) });
  });

  const withPods = (path: string, restarts: number): LiveObject | undefined => {
    if (path === PATH) return deployment('web', 0);
    const replicaSet = {
      metadata: {
        uid: 'rs',
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'web' }],
      },
    };
    if (path.includes('/replicasets')) return { items: [replicaSet] };
    return path.includes('/pods?') ? { items: [crashing(restarts)] } : undefined;
  };

  it('gives up a crash loop, and redacts Secrets', async () => {
    const { error } = await wait({
      answer: (path, atMs) => {
        if (path.endsWith('/secrets')) return { items: [{ data: { key: Buffer.from('hunter2').toString('base64') } }] };
        if (path.includes('/log?')) return { status: 'ok', body: 'no hunter2\n' };
        return withPods(path, atMs > 9_000 ? 3 : 1) ?? nothing;
      },
    });
    expect(error).toMatchObject({
      code: 'READINESS_POD_CRASH_LOOP',
      message:
        'k8s/web.yaml#1: Deployment shop/web will not become ready: the container "app" of the pod web-1 ended 4 times, last with exit code 3.',
      problem: {
        toolOutput: expect.stringContaining('no [redacted]'),
        hint: expect.stringContaining(
          'kubectl --kubeconfig /k --context kind-x --namespace shop logs web-1 --container app --previous',
        ),
      },
    });
  });

  it('gives a crash loop of before one more try', async () => {
    const { error, tookMs } = await wait({ answer: (path, atMs) => withPods(path, atMs > 20_000 ? 10 : 9) ?? nothing });
    expect(error).toMatchObject({ code: 'READINESS_POD_CRASH_LOOP' });
    expect(tookMs).toBeGreaterThan(20_000);
  });

  it('tells what it waits for: after a moment, on change, and every 15 s', async () => {
    const { lines, error } = await wait({
      timeoutMs: 40_000,
      answer: (path) => (path === PATH ? deployment('web', 0) : nothing),
    });
    expect(error).toMatchObject({ code: 'READINESS_TIMED_OUT' });
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^web: waiting for Deployment shop\/web: 0 of 1 pods are available \([345] s\)$/);
  });
});
