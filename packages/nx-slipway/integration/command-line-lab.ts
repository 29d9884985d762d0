import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

const REPOSITORY = join(__dirname, '..', '..', '..');
const COMMAND = join(__dirname, '..', 'dist', 'cli.js');
const NX_CLI = join(REPOSITORY, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');

/** What a command printed, and its exit code. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly answer: Promise<Answer>;
}

/** A workspace on disk in which the built command line runs. */
export class CommandLineLab {
  private constructor(
    readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async create(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): Promise<CommandLineLab> {
    if (!existsSync(COMMAND)) throw new Error('Build the plugin first: npm run prepare');
    const root = await mkdtemp(join(tmpdir(), 'nx-slipway cli '));
    const lab = new CommandLineLab(root, env);
    await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    await lab.write(files);
    return lab;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.root, path)), { recursive: true });
      await writeFile(join(this.root, path), text);
    }
  }

  read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  /** Runs `nx-slipway`; in a folder below the root where one is given. */
  slipway(args: readonly string[], folder = '.'): Promise<Answer> {
    return this.node([COMMAND, ...args], join(this.root, folder)).answer;
  }

  /** Starts `nx-slipway` in the root. */
  startSlipway(args: readonly string[]): StartedCommand {
    return this.node([COMMAND, ...args], this.root);
  }

  nx(...args: readonly string[]): Promise<Answer> {
    return this.node([NX_CLI, ...args], this.root).answer;
  }

  private node(args: readonly string[], cwd: string): StartedCommand {
    const clean = { NODE_OPTIONS: '', NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: '', NO_COLOR: '1' };
    const env = { ...process.env, ...clean, ...this.env };
    const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return { child, answer: readAnswer(child) };
  }
}

async function readAnswer(
  child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
): Promise<Answer> {
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  // A command that a signal killed has no exit code.
  return { exitCode: typeof exitCode === 'number' ? exitCode : 1, stdout, stderr };
}
