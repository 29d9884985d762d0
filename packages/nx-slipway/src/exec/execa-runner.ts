import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProcessRunner, RunOptions, RunResult } from './process-runner';

/** How long a process may take to end after SIGTERM before it gets SIGKILL. */
const KILL_DELAY_MS = 5_000;
const MAX_OUTPUT_CHARACTERS = 256 * 1024 * 1024;

/** Runs real processes. The only module that loads execa, and only when the first command runs (it costs about 20 ms). */
export function createProcessRunner(): ProcessRunner {
  return { run: runCommand };
}

async function runCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
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
    ...stdinOf(options),
  });
  const flows = [connect(options.inputFrom, subprocess.stdin), connect(subprocess.stdout, options.outputTo)];
  const stopper = stopWhenAsked(subprocess.pid, ownProcessGroup, options);
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

function stdinOf({ input, inputFrom }: RunOptions): { stdin: 'ignore' | 'pipe' } | { input: string | Uint8Array } {
  if (inputFrom !== undefined) return { stdin: 'pipe' };
  return input === undefined ? { stdin: 'ignore' } : { input };
}

/** A broken flow closes both of its ends; why it broke is told by the process that ends with an error, or by the stream's owner. */
async function connect(from: Readable | null | undefined, to: Writable | null | undefined): Promise<void> {
  if (from && to) await pipeline(from, to).catch(() => undefined);
}

interface Stopper {
  /** Why we stopped the process; `undefined` if it ended by itself. */
  reason(): 'timed-out' | 'cancelled' | undefined;
  dispose(): void;
}

/** Sends SIGTERM on abort and at the time limit, and SIGKILL later; to the whole group where the process has its own. */
function stopWhenAsked(pid: number | undefined, ownProcessGroup: boolean, options: RunOptions): Stopper {
  let reason: 'timed-out' | 'cancelled' | undefined;
  const timers: NodeJS.Timeout[] = [];
  const send = (signal: NodeJS.Signals): void => {
    if (pid === undefined) return;
    try {
      process.kill(ownProcessGroup ? -pid : pid, signal);
    } catch {
      // ESRCH: it has ended in the meantime.
    }
  };
  const stop = (why: 'timed-out' | 'cancelled'): void => {
    if (reason) return;
    reason = why;
    send('SIGTERM');
    timers.push(setTimeout(() => send('SIGKILL'), KILL_DELAY_MS));
  };
  const onAbort = (): void => stop('cancelled');
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.timeoutMs !== undefined) timers.push(setTimeout(() => stop('timed-out'), options.timeoutMs));
  return {
    reason: () => reason,
    dispose: () => {
      options.signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      if (reason && ownProcessGroup) send('SIGKILL');
    },
  };
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
