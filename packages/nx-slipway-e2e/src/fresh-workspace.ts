import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PLUGIN_FOLDER = join(__dirname, '..', '..', 'nx-slipway');

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly output: string;
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
    return this.run(join(this.root, 'node_modules', '.bin', 'nx'), args);
  }

  run(command: string, args: readonly string[]): CommandResult {
    const result = spawnSync(command, args, {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...process.env, ...FRESH_ENVIRONMENT, NX_SLIPWAY_STATE_DIR: join(this.folder, 'state') },
    });
    return { exitCode: result.status, output: `${result.stdout}${result.stderr}` };
  }

  /** Removes the workspace, its daemon, and the images with this label from podman. */
  destroy(images: readonly string[]): void {
    this.nx('daemon', '--stop');
    for (const image of images) {
      const tags = execFileSync('podman', ['images', '--format', '{{.Repository}}:{{.Tag}}', `localhost/${image}`], { encoding: 'utf8' });
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
