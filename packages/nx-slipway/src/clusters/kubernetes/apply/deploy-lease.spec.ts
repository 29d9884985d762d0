import type { RunOptions, RunResult } from '../../../exec/process-runner';
import type { Tools } from '../../../exec/tools';
import type { ApiAnswer } from '../kube-api';
import { createKubectl } from '../kubectl';
import type { KubernetesTools } from '../kubernetes-tools';
import { withDeployLease } from './deploy-lease';

const target = { kubeconfig: '/k', kubeContext: 'shared', namespace: 'shop' };

/** A cluster in which a command is answered by what it was given; each pause is over at once. */
function openCluster({
  answer,
  api = { status: 'refused', httpStatus: 404, message: 'not found' },
  signal = new AbortController().signal,
}: {
  readonly answer: (verb: string, holder: string, count: number) => Partial<RunResult>;
  readonly api?: ApiAnswer | (() => ApiAnswer);
  readonly signal?: AbortSignal;
}) {
  const sent: string[] = [];
  let now = 0;
  const run = (command: string, args: readonly string[], options?: RunOptions): Promise<RunResult> => {
    const spec = (JSON.parse(String(options?.input ?? '{}')) as { spec?: { holderIdentity: string } }).spec;
    const holder = spec?.holderIdentity === '' ? 'nobody' : spec ? 'us' : 'work';
    sent.push(`${args[0]} ${holder}`);
    const result: RunResult = {
      ...{
        command,
        args,
        status: 'ok',
        exitCode: 0,
        signal: undefined,
        stdout: '7',
        stderr: '',
        output: '',
        durationMs: 0,
      },
      ...answer(args[0] ?? '', holder, sent.length),
    };
    return Promise.resolve(options?.signal?.aborted ? { ...result, status: 'cancelled' } : result);
  };
  const tools: Tools = {
    ...{ runner: { run }, env: {}, signal, log: { line: () => undefined } },
    clock: {
      now: () => now,
      sleep: (ms) => new Promise((resolve) => void setImmediate(() => resolve(void (now += ms)))),
    },
  };
  const edge: KubernetesTools = {
    ...{ cluster: 'shared', machineStore: '/store', target, tools, kubectl: createKubectl(target, tools) },
    api: {
      get: () => Promise.resolve(typeof api === 'function' ? api() : api),
      apply: () => Promise.resolve(undefined),
    },
  };
  return { edge, sent };
}

const passes = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => void setImmediate(resolve));
};

const failed = (output: string): Partial<RunResult> => ({ status: 'failed', exitCode: 1, output, stderr: output });

describe('withDeployLease', () => {
  it('takes the Lease, renews it, and gives it back', async () => {
    const { edge, sent } = openCluster({ answer: () => ({}) });
    await expect(withDeployLease('web', edge, () => passes(4).then(() => 'done'))).resolves.toBe('done');
    expect(sent[0]).toBe('create us');
    expect(sent.slice(1, -1)).toContain('replace us');
    expect(sent.at(-1)).toBe('replace nobody');
  });

  it('goes on with the work where the Lease cannot be renewed for a while', async () => {
    let isTaken = false;
    const { edge, sent } = openCluster({
      answer: (verb) => (verb === 'create' ? {} : failed('Error from server (Forbidden): leases is forbidden')),
      api: () => ({ status: 'refused', httpStatus: isTaken ? 403 : 404, message: 'forbidden' }),
    });
    const work = async (): Promise<string> => {
      isTaken = true;
      await passes(10);
      return 'done';
    };
    await expect(withDeployLease('web', edge, work)).resolves.toBe('done');
    expect(sent.filter((command) => command === 'replace us').length).toBeGreaterThan(1);
  });

  it('says that the namespace is not there, and does not try for ever', async () => {
    const output = 'Error from server (NotFound): error when creating "STDIN": namespaces "shop" not found';
    const { edge } = openCluster({
      answer: (_, __, count) => {
        if (count > 5) throw new Error('it tries for ever');
        return failed(output);
      },
    });
    await expect(withDeployLease('web', edge, () => Promise.resolve())).rejects.toMatchObject({
      code: 'CLUSTER_KUBECTL_FAILED',
      problem: { toolOutput: output },
    });
  });

  it('gives the Lease back when the task is cancelled, and ends with what the work ended with', async () => {
    const cancellation = new AbortController();
    const { edge, sent } = openCluster({ answer: () => ({}), signal: cancellation.signal });
    const work = (): Promise<void> => {
      cancellation.abort(new Error('cancelled'));
      return Promise.reject(new Error('the work'));
    };
    await expect(withDeployLease('web', edge, work)).rejects.toThrow('the work');
    expect(sent).toEqual(['create us', 'replace nobody']);
  });

  it('ends commands of the work when somebody else has the Lease', async () => {
    const theirs: ApiAnswer = {
      status: 'ok',
      body: { metadata: { resourceVersion: '9' }, spec: { holderIdentity: 'them' } },
    };
    let isTaken = false;
    const { edge, sent } = openCluster({
      answer: (verb, holder) => (verb === 'replace' && holder === 'us' ? failed('Error from server (Conflict)') : {}),
      api: () => (isTaken ? theirs : { status: 'refused', httpStatus: 404, message: 'not found' }),
    });
    const work = async ({ kubectl }: KubernetesTools): Promise<void> => {
      isTaken = true;
      await passes(10);
      await kubectl.run(['apply']);
    };
    await expect(withDeployLease('web', edge, work)).rejects.toMatchObject({ code: 'CLUSTER_DEPLOY_LOST' });
    expect(sent).not.toContain('apply work');
    expect(sent).not.toContain('replace nobody');
  });
});
