import type { RunOptions, RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { SlipwayError } from '../../errors/slipway-error';
import { renderExit } from '../../exec/render-exit';

/** Runs podman. */
export interface PodmanCommands {
  /** Runs one command to its end. @throws {SlipwayError} CLUSTER_PODMAN_FAILED, ENGINE_NOT_FOUND; the signal's reason when it is aborted */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /**
   * Runs a command that removes, a second time if the first fails: podman gives up on a container whose monitor was killed after 5 s
   * ("timed out waiting for file …/exits/…"), but has then noted that it is gone.
   */
  remove(args: readonly string[]): Promise<RunResult>;
  /** The same as `run`; a command that fails is a result. */
  attempt(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Runs podman by the tools of a task; all commands end when the task is cancelled. */
export function createPodmanCommands({
  runner,
  signal,
  env,
}: Pick<Tools, 'runner' | 'signal' | 'env'>): PodmanCommands {
  const attempt: PodmanCommands['attempt'] = async (args, options) => {
    signal.throwIfAborted();
    const result = await runner.run('podman', args, { signal, ...options, env: { ...env, ...options?.env } });
    if (result.status === 'not-found') throw new SlipwayError('ENGINE_NOT_FOUND', { engine: 'podman' });
    if (result.status === 'cancelled') signal.throwIfAborted();
    return result;
  };
  const run: PodmanCommands['run'] = async (args, options) => {
    const result = await attempt(args, options);
    if (result.status !== 'ok') throw podmanFailed(result);
    return result;
  };
  const remove: PodmanCommands['remove'] = async (args) => {
    const first = await attempt(args);
    return first.status === 'ok' ? first : run(args);
  };
  return { attempt, run, remove };
}

/** The error of a command whose failure has no code of its own. Names only its first words: later ones may hold expanded Secrets. */
export function podmanFailed({ args, status, exitCode, output }: RunResult): SlipwayError {
  const command = ['podman', ...args.slice(0, 2)].join(' ');
  const facts = { command, status: renderExit({ status, exitCode }) };
  return new SlipwayError('CLUSTER_PODMAN_FAILED', facts, { toolOutput: output });
}
