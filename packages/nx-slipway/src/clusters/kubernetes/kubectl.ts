import type { RunOptions, RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { SlipwayError } from '../../errors/slipway-error';
import type { KubeTarget } from './kube-target';
import { renderExit } from '../../exec/render-exit';

/**
 * What keeps a user's preferences out of commands whose answers are read: a kuberc may make `delete` ask first and `create` change nothing
 * (kubectl 1.33, `KUBERC=off`), and a diff may be given to a program with a window.
 */
export const KUBECTL_ENV = { KUBERC: 'off', KUBECTL_EXTERNAL_DIFF: undefined } as const;

/** How one kubectl command is run. */
export interface KubectlOptions extends RunOptions {
  /** `false`: every object on standard input names its namespace; with `--namespace` kubectl refuses those of another one. Default: true. */
  readonly namespaceFlag?: boolean;
}

/** Runs kubectl against one kube context, whatever the user's own kubeconfig says. */
export interface Kubectl {
  /** Runs one command to its end. @throws {SlipwayError} CLUSTER_KUBECTL_FAILED, CLUSTER_KUBECTL_NOT_FOUND; the signal's reason when it is aborted */
  run(args: readonly string[], options?: KubectlOptions): Promise<RunResult>;
  /** The same; a command that fails is a result. */
  attempt(args: readonly string[], options?: KubectlOptions): Promise<RunResult>;
}

/** Runs kubectl by the tools of a task; all commands end when the task is cancelled. */
export function createKubectl(
  target: KubeTarget,
  { runner, signal, env }: Pick<Tools, 'runner' | 'signal' | 'env'>,
): Kubectl {
  const attempt: Kubectl['attempt'] = async (args, { namespaceFlag = true, ...options } = {}) => {
    signal.throwIfAborted();
    const pinned = [...args, ...(namespaceFlag ? buildTargetArgs(target) : buildContextArgs(target))];
    const pinnedEnv = { ...env, ...options.env, ...KUBECTL_ENV, KUBECONFIG: target.kubeconfig };
    const result = await runner.run('kubectl', pinned, { signal, ...options, env: pinnedEnv });
    if (result.status === 'not-found') throw new SlipwayError('CLUSTER_KUBECTL_NOT_FOUND', {});
    if (result.status === 'cancelled') signal.throwIfAborted();
    return result;
  };
  return {
    attempt,
    run: async (args, options) => {
      const result = await attempt(args, options);
      if (result.status !== 'ok') throw kubectlFailed(result);
      return result;
    },
  };
}

/** Flags that pin a command to a kubeconfig, a kube context and a namespace. Pure. */
export function buildTargetArgs(target: KubeTarget): string[] {
  return [...buildContextArgs(target), '--namespace', target.namespace];
}

/** The same without the namespace. Pure. */
export function buildContextArgs({ kubeconfig, kubeContext }: KubeTarget): string[] {
  return ['--kubeconfig', kubeconfig, '--context', kubeContext];
}

/** The error of a command whose failure has no code of its own. Names only its first words: later ones may hold values of Secrets. */
export function kubectlFailed({ args, status, exitCode, output }: RunResult): SlipwayError {
  const facts = {
    command: ['kubectl', ...args.slice(0, 2)].join(' '),
    status: renderExit({ status, exitCode }),
  };
  return new SlipwayError('CLUSTER_KUBECTL_FAILED', facts, { toolOutput: output });
}
