import { execFile, type ExecFileException } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a command printed, both streams, and its exit code. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

/** A folder on disk in which the real npm and other programs run. */
export class NpmWorkspace {
  private constructor(readonly root: string) {}

  static async create(files: Readonly<Record<string, string | object>>): Promise<NpmWorkspace> {
    const workspace = new NpmWorkspace(await mkdtemp(join(tmpdir(), 'nx-slipway-npm-')));
    await workspace.write(files);
    return workspace;
  }

  /** An object is written as JSON. */
  async write(files: Readonly<Record<string, string | object>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.root, path)), { recursive: true });
      await writeFile(join(this.root, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    }
  }

  read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  /** Runs npm without scripts, audit and messages of funding. */
  npm(...args: readonly string[]): Promise<Outcome> {
    return this.run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund']);
  }

  async mustNpm(...args: readonly string[]): Promise<void> {
    expect(await this.npm(...args)).toMatchObject({ exitCode: 0 });
  }

  run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const env = { ...process.env, NODE_OPTIONS: '', ...environment };
    return new Promise((resolve) => {
      execFile(command, [...args], { cwd: this.root, env }, (error: ExecFileException | null, stdout, stderr) => {
        resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
      });
    });
  }

  /** Place to version of every package in `node_modules` folders of the root and of its workspaces, links left out. */
  async listInstalled(folder = ''): Promise<Record<string, string>> {
    const installed: Record<string, string> = {};
    for (const entry of await readdir(join(this.root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      if (folder.endsWith('node_modules') && !entry.name.startsWith('@')) {
        const manifest = JSON.parse(await this.read(`${path}/package.json`)) as { name: string; version: string };
        installed[path] = `${manifest.name}@${manifest.version}`;
      }
      Object.assign(installed, await this.listInstalled(path));
    }
    return installed;
  }
}
