import type { Readable, Writable } from 'node:stream';

/** Which of a process's streams a line came from. */
export type OutputStream = 'stdout' | 'stderr';

/** How one command is run. */
export interface RunOptions {
  /** Absolute path. Default: the working directory of this process. */
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text given on standard input. Default: standard input is empty. */
  readonly input?: string | Uint8Array;
  /** What is given on standard input, as it comes; instead of `input`. */
  readonly inputFrom?: Readable;
  /** Gets the bytes of standard output as they come, and is ended with them; `stdout` and `output` of the result are then without them. */
  readonly outputTo?: Writable;
  /** After this many milliseconds the process is sent SIGTERM, five seconds later SIGKILL. Default: no limit. */
  readonly timeoutMs?: number;
  /** Aborting sends SIGTERM, five seconds later SIGKILL. */
  readonly signal?: AbortSignal;
  /** Called for each complete line as it comes, without its line end. */
  readonly onLine?: (line: string, stream: OutputStream) => void;
  /** Called with the process id as soon as the process runs. */
  readonly onStart?: (pid: number) => void;
  /** A process group of its own, which a Ctrl-C in the terminal does not reach. Default: false. */
  readonly ownProcessGroup?: boolean;
  /**
   * Gives the command a file descriptor 3 to read, which ends when this process ends, however it ends, and on which nothing ever
   * comes. Only together with `onLine` or `ownProcessGroup`. Default: false.
   */
  readonly lifeline?: boolean;
}

/** What became of a command. A command that fails is a result, not an exception. */
export interface RunResult {
  readonly command: string;
  readonly args: readonly string[];
  /** `ok` is an exit code of 0. */
  readonly status: 'ok' | 'failed' | 'killed' | 'timed-out' | 'cancelled' | 'not-found';
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they came. */
  readonly output: string;
  readonly durationMs: number;
}

/** Runs programs. The one implementation that starts real processes is `execa-runner.ts`. */
export interface ProcessRunner {
  /** Resolves when the process has ended, whatever its exit code; rejects only if this plugin is at fault. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
}
