import type { TargetConfiguration } from '@nx/devkit';
import { execFile, type ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');
const NX_FOLDER = join(REPOSITORY, 'node_modules', 'nx');
const NX_CLI = join(NX_FOLDER, 'dist', 'bin', 'nx.js');
const HASH_SCRIPT = join(__dirname, 'nx-inference', 'hash-task.cjs');

/** What a command printed, both streams, and its exit code. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** What `nx show project --json` tells. */
export interface ShownProject {
  readonly root: string;
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
}

/** A workspace on disk with the plugin as it is built, and the real Nx. */
export class NxWorkspace {
  private constructor(readonly root: string) {}

  static async create(files: Readonly<Record<string, string>>): Promise<NxWorkspace> {
    if (!existsSync(join(__dirname, '..', 'dist', 'index.js')))
      throw new Error('Build the plugin first: npm run prepare');
    const root = await mkdtemp(join(tmpdir(), 'nx-slipway inference '));
    const workspace = new NxWorkspace(root);
    await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    await workspace.write({ '.gitignore': 'node_modules\ndist\n.nx\n', ...files });
    return workspace;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.root, path)), { recursive: true });
      await writeFile(join(this.root, path), text);
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  nx(...args: readonly string[]): Promise<Outcome> {
    return this.nxWith({}, ...args);
  }

  /** The same with these variables in its environment. */
  nxWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> {
    return this.node([NX_CLI, ...args], env);
  }

  async project(name: string, env: NodeJS.ProcessEnv = {}): Promise<ShownProject> {
    const { exitCode, output } = await this.node([NX_CLI, 'show', 'project', name, '--json'], env);
    if (exitCode !== 0) throw new Error(output);
    return JSON.parse(output) as ShownProject;
  }

  async edges(task: string): Promise<Record<string, string[]>> {
    const file = join(this.root, '.nx', 'tasks.json');
    await mkdir(dirname(file), { recursive: true });
    expect(await this.nx('run', task, `--graph=${file}`)).toMatchObject({ exitCode: 0 });
    const graph = JSON.parse(await readFile(file, 'utf8')) as { tasks: { dependencies: Record<string, string[]> } };
    return graph.tasks.dependencies;
  }

  async hash(task: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { exitCode, output } = await this.node([HASH_SCRIPT, NX_FOLDER, task], env);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^\d+$/) });
    return output;
  }

  private node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const clean = {
      ...process.env,
      NODE_OPTIONS: '',
      NX_DAEMON: 'false',
      NX_WORKSPACE_ROOT_PATH: '',
      NO_COLOR: '1',
      ...env,
    };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [...args],
        { cwd: this.root, env: clean },
        (error: ExecFileException | null, stdout, stderr) => {
          resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
        },
      );
    });
  }
}
