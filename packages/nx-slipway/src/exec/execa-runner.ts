import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_OUTPUT_CHARACTERS, runCaptured } from './run-captured';
import type { ProcessRunner, RunOptions, RunResult } from './process-runner';
import { stopWhenAsked } from './stop-when-asked';

/**
 * Runs real processes. A command whose output is only read when it has ended is run without execa: loading execa and its first
 * command cost 40 ms of a task. Both ways give the same results (`integration/process-runner.int.spec.ts`).
 */
export function createProcessRunner(): ProcessRunner {
  return {
    run: (command, args, options = {}) =>
      options.onLine || options.ownProcessGroup || options.inputFrom || options.outputTo
        ? runStreamed(command, args, options)
        : runCaptured(command, args, options),
  };
}

/** The only function that loads execa, and only when the first such command runs. */
async function runStreamed(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { execa } = await import('execa');
  const startedAt = performance.now();
  const ownProcessGroup = options.ownProcessGroup ?? false;
  const subprocess = execa(command, args, {
    reject: false,
    all: options.outputTo === undefined,
    buffer: { stdout: options.outputTo === undefined },
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_CHARACTERS,
    detached: ownProcessGroup,
    cleanup: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    stdio: [
      options.input === undefined && options.inputFrom === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(options.lifeline ? ['pipe' as const] : []),
    ],
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  const flows = [connect(options.inputFrom, subprocess.stdin), connect(subprocess.stdout, options.outputTo)];
  const stopper = stopWhenAsked(subprocess.pid, ownProcessGroup, options, () => {
    for (const stream of subprocess.stdio) stream?.destroy();
  });
  if (subprocess.pid !== undefined) options.onStart?.(subprocess.pid);
  if (options.onLine) {
    forwardLines(subprocess.stdout, (line) => options.onLine?.(line, 'stdout'));
    forwardLines(subprocess.stderr, (line) => options.onLine?.(line, 'stderr'));
  }
  try {
    const [result] = await Promise.all([subprocess, ...flows]);
    return {
      command,
      args,
      status: stopper.reason() ?? statusOf(result),
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: textOf(result.stdout),
      stderr: textOf(result.stderr),
      output: textOf(options.outputTo === undefined ? result.all : result.stderr),
      durationMs: performance.now() - startedAt,
    };
  } finally {
    options.outputTo?.end(); // Also where nothing was started; ending twice does nothing.
    stopper.dispose();
  }
}

/** A broken flow closes both of its ends; why it broke is told by the process that ends with an error, or by the stream's owner. */
async function connect(from: Readable | null | undefined, to: Writable | null | undefined): Promise<void> {
  if (from && to) await pipeline(from, to).catch(() => undefined);
}

interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
}

function statusOf(outcome: Outcome): RunResult['status'] {
  if (outcome.exitCode === 0) return 'ok';
  if (outcome.code === 'ENOENT') return 'not-found';
  return outcome.signal === undefined ? 'failed' : 'killed';
}

function forwardLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (!stream) return;
  const decoder = new TextDecoder();
  let rest = '';
  stream.on('data', (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : '';
}
