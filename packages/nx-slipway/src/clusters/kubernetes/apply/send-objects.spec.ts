import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../../exec/process-runner';
import type { ApiAnswer } from '../kube-api';
import type { KubernetesTools } from '../kubernetes-tools';
import type { DesiredObject } from './mark-objects';
import { AWAY_LIMIT_MS, readApi } from './read-api';
import { removeObjects, sendObjects } from './send-objects';

const recorded = (scenario: string): string => readFileSync(join(__dirname, 'fixtures', `${scenario}.txt`), 'utf8');

const desired = (apiVersion: string, kind: string, name: string): DesiredObject => ({
  object: { apiVersion, kind, metadata: { name, namespace: 'm' } },
  source: `k8s/${name}.yaml#1`,
  digest: '',
  ref: { apiVersion, kind, name, namespace: 'm' },
});

const answer = (stdout: string, stderr = ''): Partial<RunResult> =>
  stderr === '' ? { status: 'ok', stdout } : { status: 'failed', exitCode: 1, stdout, stderr, output: stdout + stderr };

/** An edge that gives these answers in turn, the last one again and again; its clock moves by waiting alone. */
function edgeOf({ commands = [], gets = [] }: { commands?: Partial<RunResult>[]; gets?: ApiAnswer[] }) {
  const asked: { readonly args: string; readonly input: string }[] = [];
  const lines: string[] = [];
  let now = 0;
  const inTurn = <Item>(items: Item[]): Item => (items.length > 1 ? items.shift()! : items[0]!);
  const edge = {
    cluster: 'a',
    target: { kubeconfig: '/k', kubeContext: 'kind-a', namespace: 'm' },
    kubectl: {
      attempt: (args: readonly string[], options: { readonly input: string }) => {
        asked.push({ args: args.join(' '), input: options.input });
        return Promise.resolve({ command: 'kubectl', args, ...inTurn(commands) });
      },
    },
    api: { get: () => Promise.resolve(inTurn(gets)) },
    tools: {
      clock: { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) },
      log: { line: (text: string) => void lines.push(text) },
      signal: new AbortController().signal,
    },
  };
  return { edge: edge as unknown as KubernetesTools, asked, lines };
}

describe('sendObjects', () => {
  const objects = [
    desired('apps/v1', 'Deployment', 'web'),
    desired('v1', 'ConfigMap', 'B_ad'),
    desired('v1', 'ConfigMap', 'fine'),
  ];

  it('sends all of it again while the server is away, and says so once', async () => {
    const away = answer('', recorded('server-away'));
    const { edge, asked, lines } = edgeOf({ commands: [away, away, answer('')] });
    await sendObjects({ records: [], objects, forceConflicts: false }, edge);
    expect(asked).toHaveLength(3);
    expect(lines).toEqual(['the API server of a does not answer; asking again']);
  });

  it('ends when the server stays away', async () => {
    const { edge } = edgeOf({ commands: [answer('', recorded('server-away'))] });
    await expect(
      sendObjects({ records: [], objects: objects.slice(0, 1), forceConflicts: false }, edge),
    ).rejects.toMatchObject({
      code: 'CLUSTER_API_AWAY',
      message: expect.stringMatching(/^The API server has not answered for 60 s: error: .*connection refused/),
      problem: { toolOutput: recorded('server-away') },
    });
  });

  it('finds out of which object an answer is that kubectl gives for several', async () => {
    const several = answer('configmap/fine serverside-applied\n', recorded('two-refused'));
    const { edge, asked } = edgeOf({ commands: [several, answer('', recorded('immutable-selector'))] });
    await expect(sendObjects({ records: [], objects, forceConflicts: false }, edge)).rejects.toMatchObject({
      code: 'CLUSTER_FIELD_IMMUTABLE',
      message: expect.stringContaining('k8s/web.yaml#1: Deployment web in m'),
    });
    expect(asked[1]).toMatchObject({
      args: expect.stringContaining('--dry-run=server'),
      input: expect.stringContaining('"web"'),
    });
  });
});

describe('removeObjects', () => {
  it('waits for the pods of workloads, and of other kinds for the objects alone', async () => {
    const { edge, asked } = edgeOf({ commands: [answer('')] });
    const refs = [desired('batch/v1', 'Job', 'seed').ref, desired('acme.example/v1', 'Ship', 'argo').ref];
    await removeObjects(refs, 5_000, edge);
    const wait = '--wait --timeout=5s --filename -';
    expect(asked.map(({ args, input }) => [args, (JSON.parse(input) as { kind: string }).kind])).toEqual([
      [`delete --ignore-not-found --cascade=foreground ${wait}`, 'Job'],
      [`delete --ignore-not-found --cascade=background ${wait}`, 'Ship'],
    ]);
  });
});

describe('readApi', () => {
  const away: ApiAnswer = { status: 'unreachable', message: 'connect ECONNREFUSED' };

  it('asks again while the server is away, or has trouble of its own', async () => {
    const trouble: ApiAnswer = { status: 'refused', httpStatus: 503, message: 'etcd is away' };
    const { edge } = edgeOf({ gets: [away, trouble, { status: 'ok', body: 1 }] });
    expect(await readApi('/api', edge)).toBe(1);
  });

  it.each([
    [
      'stays away',
      away,
      { code: 'CLUSTER_API_AWAY', message: expect.stringContaining(`for ${AWAY_LIMIT_MS / 1_000} s`) },
    ],
    ['refuses', { status: 'refused', httpStatus: 403, message: 'no' }, { code: 'CLUSTER_API_REFUSED' }],
  ] as const)('ends when the server %s', async (_, got, error) => {
    await expect(readApi('/api', edgeOf({ gets: [got] }).edge)).rejects.toMatchObject(error);
  });

  it('takes what is not there for nothing', async () => {
    const { edge } = edgeOf({ gets: [{ status: 'refused', httpStatus: 404, message: 'not found' }] });
    expect(await readApi('/api', edge)).toBeUndefined();
  });
});
