import { spawnSync } from 'node:child_process';

/** What a command printed, and how it ended. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** A command whose standard output was kept apart, too. */
export interface AnsweredCommand extends CommandResult {
  /** Standard output alone. */
  readonly answer: string;
}

/** Where and for how long a command may run. */
export interface RunLimits {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs: number;
}

/** Runs a command and waits for it. Throws when it runs longer than its limit, or cannot be started. */
export function runToEnd(command: string, args: readonly string[], { cwd, env, limitMs }: RunLimits): AnsweredCommand {
  const options = { cwd, env, encoding: 'utf8', timeout: limitMs, killSignal: 'SIGKILL' } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`);
  return { exitCode: status, output: `${stdout}${stderr}`, answer: stdout };
}
