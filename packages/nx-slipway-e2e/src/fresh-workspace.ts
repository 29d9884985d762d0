import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installedNx } from './installed-nx';
import { findProcessesIn, kill } from './processes';
import { runToEnd, type AnsweredCommand, type CommandResult } from './run-to-end';
import { renderService, type ServiceChanges } from './service-fixture';
import { StartedCommand } from './started-command';

/** Environment variables; `undefined` removes one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** So long may one run of nx take; measured: 1 to 8 s. */
const NX_LIMIT_MS = 60_000;

/** So long may one command of nx-slipway take; a proof is up to three builds. Measured: 0.5 to 6 s. */
const PROOF_LIMIT_MS = 100_000;

/**
 * An Nx workspace outside of this repository, with the packed plugin installed and set up. It has a machine store and a
 * cluster of its own, and all that it makes in podman begins with its `id`.
 */
export class FreshWorkspace {
  /** A valid part of project, image and container names that no other workspace has. */
  readonly id = `slipway-e2e-${randomBytes(4).toString('hex')}`;
  private readonly folder = join(realpathSync(tmpdir()), this.id);
  /** Absolute path; holds a space. */
  readonly root = join(this.folder, 'fresh workspace');
  /** Absolute path of the machine store. */
  readonly machineStore = join(this.folder, 'state');
  private readonly nxBinary = join(this.root, 'node_modules', '.bin', 'nx');

  /** The first workspace of a version of Nx waits for its installation. */
  constructor(nxVersion: string) {
    mkdirSync(this.folder);
    // Hard links: Nx finds workspace and plugin by real paths, so node_modules cannot be a link.
    execFileSync('cp', ['-al', installedNx(nxVersion), this.root]);
    this.write({ 'nx.json': '{}', '.gitignore': 'node_modules\ndist\n.nx\n' });
    this.setUp = this.nx('generate', 'nx-slipway:init');
  }

  /** What the init generator said. */
  readonly setUp: CommandResult;

  /** Absolute path of a folder outside of the workspace's root that goes with the workspace. */
  folderBeside(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Writes files, by workspace-relative path. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), content);
    }
  }

  /** Writes a service; again, with other changes, to change it. Returns the name of its project and image. */
  writeService(name: string, changes: ServiceChanges = {}): string {
    const project = `${this.id}-${name}`;
    this.write(renderService(project, changes));
    return project;
  }

  /** Whether a file or folder is there, by workspace-relative path. */
  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Reads a file, by workspace-relative path. */
  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Reads a JSON file, by workspace-relative path. */
  readJson(path: string): unknown {
    return JSON.parse(this.read(path));
  }

  /** Removes files and folders, by workspace-relative path. */
  remove(...paths: string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Runs nx and waits for it. */
  nx(...args: string[]): CommandResult {
    return this.nxWith({}, ...args);
  }

  /** Runs nx with a changed environment and waits for it. */
  nxWith(env: Environment, ...args: string[]): CommandResult {
    return runToEnd(this.nxBinary, args, { cwd: this.root, env: this.environment(env), limitMs: NX_LIMIT_MS });
  }

  /** Types `npx nx-slipway …` in the workspace and waits for it. */
  slipway(...args: string[]): AnsweredCommand {
    const limits = { cwd: this.root, env: this.environment({}), limitMs: PROOF_LIMIT_MS };
    return runToEnd('npx', ['nx-slipway', ...args], limits);
  }

  /** Starts nx and does not wait for it. */
  startNx(...args: string[]): StartedCommand {
    return new StartedCommand(this.nxBinary, args, this.root, this.environment({}));
  }

  /** The environment of all commands in the workspace, changed. */
  environment(changes: Environment): NodeJS.ProcessEnv {
    const folders = { NX_SLIPWAY_STATE_DIR: this.machineStore, NX_SOCKET_DIR: join(this.folder, 'sockets') };
    return { ...process.env, ...FRESH_ENVIRONMENT, ...folders, ...changes };
  }

  /** Removes the workspace, its cluster, its processes, and its images from podman. Throws when the cluster stays. */
  destroy(): void {
    for (const { pid } of findProcessesIn(this.root)) kill(pid);
    const down = existsSync(this.nxBinary) ? this.nx('run', 'cluster:cluster-down') : undefined;
    removeImages(`localhost/${this.id}-*`);
    rmSync(this.folder, { recursive: true, force: true });
    if (down && down.exitCode !== 0) throw new Error(`the cluster of ${this.id} stays:\n${down.output}`);
  }
}

function removeImages(pattern: string): void {
  const list = ['images', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${pattern}`];
  const tags = execFileSync('podman', list, { encoding: 'utf8' }).split('\n').filter(Boolean);
  if (tags.length > 0) execFileSync('podman', ['rmi', '--force', ...tags], { stdio: 'pipe' });
}

/** Jest and an outer Nx leave marks in the environment that would lead the inner Nx astray; no daemon outlives a test. */
const FRESH_ENVIRONMENT: Environment = {
  NODE_OPTIONS: '',
  NX_WORKSPACE_ROOT: undefined,
  NX_WORKSPACE_ROOT_PATH: undefined,
  NX_TASK_TARGET_PROJECT: undefined,
  NX_DAEMON: 'false',
  NX_SLIPWAY_ENGINE: undefined,
  NX_SLIPWAY_CLUSTER: undefined,
  CI: 'true',
};
