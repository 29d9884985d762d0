import type { Engine } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunOptions, RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { renderExit } from '../../exec/render-exit';

/** Runs kind for one cluster, on one engine. */
export interface KindCommands {
  /** Runs one command to its end. @throws {SlipwayError} CLUSTER_KIND_FAILED, CLUSTER_KIND_NOT_FOUND; the signal's reason when it is aborted */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Runs kind by the tools of a task. A command ends when the task is cancelled, unless its options give it a signal of its own. */
export function createKindCommands(
  cluster: string,
  engine: Engine,
  { runner, signal, env }: Pick<Tools, 'runner' | 'signal' | 'env'>,
): KindCommands {
  return {
    run: async (args, options) => {
      const ownSignal = options?.signal ?? signal;
      ownSignal.throwIfAborted();
      const result = await runner.run('kind', [...args, '--name', cluster], {
        signal,
        ...options,
        env: { ...env, ...options?.env, KIND_EXPERIMENTAL_PROVIDER: engine },
      });
      if (result.status === 'not-found') throw new SlipwayError('CLUSTER_KIND_NOT_FOUND', {});
      if (result.status === 'cancelled') ownSignal.throwIfAborted();
      if (result.status !== 'ok') throw kindFailed(cluster, result);
      return result;
    },
  };
}

function kindFailed(cluster: string, { args, status, exitCode, output }: RunResult): SlipwayError {
  const facts = {
    command: ['kind', ...args.slice(0, 2)].join(' '),
    status: renderExit({ status, exitCode }),
    cluster,
  };
  return new SlipwayError('CLUSTER_KIND_FAILED', facts, { toolOutput: output });
}
