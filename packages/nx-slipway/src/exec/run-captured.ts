import { spawn, type ChildProcess } from 'node:child_process';
import type { RunOptions, RunResult } from './process-runner';
import { stopWhenAsked } from './stop-when-asked';

/** A command that prints more is stopped: no tool that we read has so much to say. */
export const MAX_OUTPUT_CHARACTERS = 256 * 1024 * 1024;

/**
 * Runs a command to its end and gives what it printed, with nothing but Node. It ends with this process at the latest.
 * Resolves whatever becomes of the command.
 */
export async function runCaptured(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  const output = collectOutput();
  const describe = (outcome: Pick<RunResult, 'status' | 'exitCode' | 'signal'>): RunResult => ({
    command,
    args,
    ...outcome,
    ...output.read(),
    durationMs: performance.now() - startedAt,
  });
  const { child, error } = start(command, args, options);
  if (!child) return describe({ status: statusOfError(error), exitCode: undefined, signal: undefined });
  const stopper = stopWhenAsked(child.pid, false, options, () => {
    for (const stream of child.stdio) stream?.destroy();
  });
  const endWithUs = (): void => void child.kill();
  process.once('exit', endWithUs);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  output.listen(child);
  try {
    const ended = await waitForEnd(child);
    const reason = stopper.reason();
    return describe(reason === undefined ? ended : { ...ended, status: reason });
  } finally {
    process.off('exit', endWithUs);
    stopper.dispose();
  }
}

type Started =
  | { readonly child: ChildProcess; readonly error?: never }
  | { readonly child?: never; readonly error: NodeJS.ErrnoException };

/** Node throws where the arguments are too long for the kernel, and emits `error` where there is no such program. */
function start(command: string, args: readonly string[], { cwd, env, input }: RunOptions): Started {
  try {
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    // A command may end before it has read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return { child };
  } catch (error) {
    return { error: error as NodeJS.ErrnoException };
  }
}

function waitForEnd(child: ChildProcess): Promise<Pick<RunResult, 'status' | 'exitCode' | 'signal'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: statusOfError(error), exitCode: undefined, signal: undefined }));
    child.once('close', (code, signal) =>
      resolve({
        status: code === 0 ? 'ok' : signal === null ? 'failed' : 'killed',
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
      }),
    );
  });
}

function statusOfError(error: NodeJS.ErrnoException): RunResult['status'] {
  return error.code === 'ENOENT' ? 'not-found' : 'failed';
}

function collectOutput() {
  const collected = { stdout: '', stderr: '', output: '' };
  return {
    read: () => collected,
    listen: (child: ChildProcess): void => {
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          collected[name] += text;
          collected.output += text;
          if (collected.output.length > MAX_OUTPUT_CHARACTERS) child.kill();
        });
      }
    },
  };
}
