import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PLUGIN_FOLDER = join(__dirname, '..', '..', 'nx-slipway');

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Environment variables; `undefined` removes one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A command that runs. */
export class StartedCommand {
  private text = '';
  readonly ended: Promise<CommandResult>;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.text += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => {
      child.on('close', (exitCode) => resolve({ exitCode, output: this.text }));
    });
  }

  /** Resolves when the command has printed this. Rejects when it ends without. */
  async printed(text: string | RegExp): Promise<void> {
    const isThere = (): boolean => (typeof text === 'string' ? this.text.includes(text) : text.test(this.text));
    let hasEnded = false;
    void this.ended.then(() => (hasEnded = true));
    while (!isThere()) {
      if (hasEnded) throw new Error(`ended without printing ${String(text)}:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** An Nx workspace outside of this repository with the packed plugin installed. Its machine store is its own. */
export class FreshWorkspace {
  private constructor(
    private readonly folder: string,
    /** Absolute path; holds a space. */
    readonly root: string,
  ) {}

  /** Packs the plugin and installs it with the given version of Nx. */
  static create(nxVersion: string): FreshWorkspace {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-e2e-')));
    const workspace = new FreshWorkspace(folder, join(folder, 'fresh workspace'));
    mkdirSync(workspace.root);
    execFileSync('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], {
      cwd: PLUGIN_FOLDER,
      stdio: 'pipe',
    });
    const { version } = JSON.parse(readFileSync(join(PLUGIN_FOLDER, 'package.json'), 'utf8')) as { version: string };
    workspace.write({
      'package.json': JSON.stringify({
        name: 'fresh',
        private: true,
        devDependencies: {
          nx: nxVersion,
          '@nx/devkit': nxVersion,
          'nx-slipway': `file:${join(folder, `nx-slipway-${version}.tgz`)}`,
        },
      }),
      'nx.json': '{}',
      '.gitignore': 'node_modules\ndist\n.nx\n',
    });
    const installed = workspace.run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
    if (installed.exitCode !== 0) throw new Error(installed.output);
    return workspace;
  }

  /** Writes files, by workspace-relative path. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), content);
    }
  }

  /** Reads a JSON file, by workspace-relative path. */
  readJson(path: string): unknown {
    return JSON.parse(readFileSync(join(this.root, path), 'utf8'));
  }

  /** Removes files and folders, by workspace-relative path. */
  remove(...paths: string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true, force: true });
  }

  nx(...args: string[]): CommandResult {
    return this.run(this.nxBinary, args);
  }

  /** Runs nx with a changed environment. */
  nxWith(env: Environment, ...args: string[]): CommandResult {
    return this.run(this.nxBinary, args, env);
  }

  /** Starts nx and does not wait for it. */
  startNx(...args: string[]): StartedCommand {
    const child = spawn(this.nxBinary, args, { cwd: this.root, env: this.environment({}), stdio: 'pipe' });
    return new StartedCommand(child);
  }

  run(command: string, args: readonly string[], env: Environment = {}): CommandResult {
    const result = spawnSync(command, args, { cwd: this.root, encoding: 'utf8', env: this.environment(env) });
    return { exitCode: result.status, output: `${result.stdout}${result.stderr}` };
  }

  /** From now on podman's calls are recorded. */
  recordPodman(): void {
    const real = execFileSync('sh', ['-c', 'command -v podman'], { encoding: 'utf8' }).trim();
    this.replacePodman(`printf '%s %s\\n' "$NX_TASK_TARGET_TARGET" "$*" >>'${this.callsFile}'\nexec ${real} "$@"`);
    this.podmanFirst = join(this.folder, 'bin');
  }

  /** Puts a script in the place of podman, for commands that get `podmanStandIn()` as their environment. */
  replacePodman(script: string): void {
    mkdirSync(join(this.folder, 'bin'), { recursive: true });
    const file = join(this.folder, 'bin', 'podman');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  podmanStandIn(): Environment {
    return { PATH: `${join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  }

  /** The recorded calls since the last time, each as `<target> <arguments>`. */
  takePodmanCalls(): string[] {
    const calls = existsSync(this.callsFile) ? readFileSync(this.callsFile, 'utf8').split('\n').filter(Boolean) : [];
    rmSync(this.callsFile, { force: true });
    return calls;
  }

  /** Absolute path of the machine store. */
  get machineStore(): string {
    return join(this.folder, 'state');
  }

  private podmanFirst: string | undefined;

  private get callsFile(): string {
    return join(this.folder, 'podman-calls');
  }

  private get nxBinary(): string {
    return join(this.root, 'node_modules', '.bin', 'nx');
  }

  private environment(changes: Environment): NodeJS.ProcessEnv {
    const path = [this.podmanFirst, process.env['PATH']].filter(Boolean).join(':');
    return { ...process.env, ...FRESH_ENVIRONMENT, PATH: path, NX_SLIPWAY_STATE_DIR: this.machineStore, ...changes };
  }

  /** Removes the workspace, its daemon, and the images with this label from podman. */
  destroy(images: readonly string[]): void {
    this.nx('daemon', '--stop');
    for (const image of images) {
      const tags = execFileSync('podman', ['images', '--format', '{{.Repository}}:{{.Tag}}', `localhost/${image}`], {
        encoding: 'utf8',
      });
      for (const tag of tags.split('\n').filter(Boolean)) execFileSync('podman', ['rmi', tag], { stdio: 'pipe' });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Jest and the outer Nx leave marks in the environment that would lead the inner Nx astray. */
const FRESH_ENVIRONMENT = {
  NODE_OPTIONS: '',
  NX_WORKSPACE_ROOT: undefined,
  NX_WORKSPACE_ROOT_PATH: undefined,
  NX_TASK_TARGET_PROJECT: undefined,
  NX_DAEMON: 'false',
  NX_SLIPWAY_ENGINE: undefined,
  NX_SLIPWAY_CLUSTER: undefined,
  CI: 'true',
};
