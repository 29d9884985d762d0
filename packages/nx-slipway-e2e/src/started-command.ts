import { spawn, type ChildProcess } from 'node:child_process';
import { eventually } from './eventually';
import { killWithDescendants, listDescendants, type ListedProcess } from './processes';
import type { CommandResult } from './run-to-end';

/** A command that runs in a process group of its own, as a shell starts it in a terminal. */
export class StartedCommand {
  private readonly child: ChildProcess;
  private text = '';
  private result: CommandResult | undefined;

  constructor(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    }
    this.child.on('exit', (exitCode) => (this.result = { exitCode, output: this.text }));
    this.child.on('error', (error) => (this.result = { exitCode: null, output: error.message }));
  }

  /** What it printed so far. */
  get output(): string {
    return this.text;
  }

  /** Resolves when the command itself has ended; what it started may still run. Throws after the limit. */
  async ended(limitMs = 30_000): Promise<CommandResult> {
    await eventually(`the end of a command that printed:\n${this.text}\n`, () => this.result !== undefined, limitMs);
    return { exitCode: this.result?.exitCode ?? null, output: this.text };
  }

  /** What a terminal does on Ctrl-C: SIGINT to each process of the group. */
  pressControlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** SIGTERM to the command alone, as a CI system cancels a job. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** `kill -9` of the command alone. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** `kill -9` of the command and of all that descend from it. */
  killWithDescendants(): void {
    killWithDescendants(this.pid);
  }

  /** What it started, and what that started, as it is now. */
  descendants(): ListedProcess[] {
    return listDescendants(this.pid);
  }

  private get pid(): number {
    if (this.child.pid === undefined) throw new Error(`it was not started: ${this.text}`);
    return this.child.pid;
  }
}
