import type { RunOptions, RunResult } from '../../exec/process-runner';
import { createKubectl } from './kubectl';

const target = { kubeconfig: '/store/kubeconfig', kubeContext: 'kind-x', namespace: 'shop' };

const succeeded: RunResult = {
  ...{ command: 'kubectl', args: [], status: 'ok', exitCode: 0, signal: undefined },
  ...{ stdout: '', stderr: '', output: '', durationMs: 0 },
};

describe('createKubectl', () => {
  it('pins the kube context and leaves the preferences of the user out', async () => {
    const runs: { readonly args: readonly string[]; readonly env: RunOptions['env'] }[] = [];
    const run = (_: string, args: readonly string[], options?: RunOptions): Promise<RunResult> => {
      runs.push({ args, env: options?.env });
      return Promise.resolve(succeeded);
    };
    const env = {
      KUBECONFIG: '/home/me/.kube/config',
      KUBERC: '/home/me/kuberc',
      KUBECTL_EXTERNAL_DIFF: 'meld',
      PATH: '/bin',
    };
    await createKubectl(target, { runner: { run }, signal: new AbortController().signal, env }).run([
      'delete',
      '-f',
      '-',
    ]);
    expect(runs).toEqual([
      {
        args: ['delete', '-f', '-', '--kubeconfig', '/store/kubeconfig', '--context', 'kind-x', '--namespace', 'shop'],
        env: { PATH: '/bin', KUBERC: 'off', KUBECTL_EXTERNAL_DIFF: undefined, KUBECONFIG: '/store/kubeconfig' },
      },
    ]);
  });
});
