import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LET_EVERYTHING_THROUGH } from '../src/build-context/build-context';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import type { BuildRequest, ImageBuilder } from '../src/engines/image-builder';
import { createProcessRunner } from '../src/exec/execa-runner';
import type { RunResult } from '../src/exec/process-runner';
import type { Tools } from '../src/exec/tools';
import { isSlipwayError, type SlipwayError } from '../src/errors/slipway-error';

/** A base image that set-up puts into podman's storage. */
export const BASE = 'docker.io/library/debian:bookworm-slim';

/** A place for real builds: a folder with blanks in its path, a machine store of its own, and names that only this test uses. */
export interface EngineLab {
  /** Starts every image name, and stands in every Dockerfile, so that what was made can be told from others' images. */
  readonly prefix: string;
  readonly folder: string;
  readonly machineStore: string;
  /** What was printed, line by line. */
  readonly lines: string[];
  /** Each podman command line that was run. */
  readonly commands: string[];
  readonly tools: Tools;
  readonly abort: AbortController;
  readonly builder: ImageBuilder;
  /** A request for a Dockerfile and the files that are sent for it. */
  request(name: string, dockerfile: string, more?: Partial<BuildRequest>, files?: Record<string, string>): BuildRequest;
  /** Removes every image of this lab, tagged or not, and its folder. */
  dispose(): void;
}

/** Opens a lab. */
export function openEngineLab(extraEnv: Record<string, string> = {}): EngineLab {
  const folder = mkdtempSync(join(tmpdir(), 'slipway engine '));
  const prefix = `slipway-engine-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const machineStore = join(folder, 'machine store');
  const lines: string[] = [];
  const commands: string[] = [];
  const abort = new AbortController();
  const tools = realTools({ ...process.env, ...extraEnv }, abort.signal, commands);
  return {
    prefix,
    folder,
    machineStore,
    lines,
    commands,
    tools,
    abort,
    builder: createPodmanImageBuilder({ machineStore, tools, onLine: (line) => lines.push(line) }),
    request(name, dockerfile, more = {}, files = { 'a.txt': 'hello\n' }) {
      return {
        stage: (staged) => {
          writeTree(staged, files);
          return Promise.resolve();
        },
        dockerfile: `${name}/Dockerfile`,
        dockerfileText: dockerfile,
        buildArgs: {},
        secrets: [],
        network: 'none',
        projectImages: {},
        tags: [`localhost/${prefix}-${name}:1`],
        ignoreText: LET_EVERYTHING_THROUGH,
        ...more,
      };
    },
    dispose() {
      removeImagesOf(prefix);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Real effects, with every command recorded. */
export function realTools(env: NodeJS.ProcessEnv, signal: AbortSignal, commands: string[] = []): Tools {
  const runner = createProcessRunner();
  return {
    runner: {
      run: (command, args, options): Promise<RunResult> => {
        commands.push([command, ...args].join(' '));
        return runner.run(command, args, options);
      },
    },
    clock: {
      now: () => Date.now(),
      sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }).catch(() => undefined),
    },
    env,
    log: { line: () => undefined },
    signal,
  };
}

/** Runs podman and returns what it printed, trimmed. */
export function podman(...args: string[]): string {
  return execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** The output of a command in an image. */
export function catFrom(image: string, path: string): string {
  const container = podman('create', '--network', 'none', image, 'true');
  try {
    const tar = execFileSync('podman', ['cp', `${container}:${path}`, '-']);
    return spawnSync('tar', ['-xO'], { input: tar, encoding: 'utf8' }).stdout;
  } finally {
    podman('rm', '--force', container);
  }
}

/** The coded error that work ends in; fails where there is none. */
export async function failureOf(work: Promise<unknown>): Promise<SlipwayError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSlipwayError(error)) throw new Error(`expected a coded error, got ${String(error)}`);
  return error;
}

/** Waits until a condition holds; fails after twenty seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition();) {
    await sleep(25);
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

/** Everything on this machine that bears the marks of a lab's builds, found without the code under test. */
export interface BuildTraces {
  readonly processes: number;
  readonly containers: number;
  readonly runtimeEntries: number;
  readonly mounts: number;
  readonly cgroups: number;
  readonly folders: number;
}

/** What there is of a build when nothing is. */
export const NO_TRACES: BuildTraces = {
  processes: 0,
  containers: 0,
  runtimeEntries: 0,
  mounts: 0,
  cgroups: 0,
  folders: 0,
};

/** Looks for traces of builds: `marker` stands in the argv of what their RUN steps start; `ids` are the builds' ids. */
export function countTraces(lab: EngineLab, marker: string, ids: readonly string[]): BuildTraces {
  const storage = podman('info', '--format', '{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers');
  const containers = listWorkingContainers(storage).filter(({ record }) => ids.some((id) => record.includes(id)));
  const mountinfo = readFileSync('/proc/self/mountinfo', 'utf8');
  const encodedStore = lab.machineStore.replaceAll(' ', '\\040');
  return {
    processes: listProcesses().filter((text) => text.includes(marker) || text.includes(lab.machineStore)).length,
    containers: containers.length,
    runtimeEntries: spawnSync('runc', ['list'], { encoding: 'utf8' }).stdout.split(lab.machineStore).length - 1,
    mounts:
      mountinfo.split(encodedStore).length -
      1 +
      containers.filter(({ layer }) => mountinfo.includes(`/${layer}/merged`)).length,
    cgroups: ids.flatMap((id) => listCgroups(id)).length,
    folders: listFolder(join(lab.machineStore, 'builds')).length,
  };
}

/** The ids of a lab's builds that have a folder now. */
export function listBuildIds(lab: EngineLab): string[] {
  return listFolder(join(lab.machineStore, 'builds'));
}

/** The argv of every process, its words ended by NUL. */
export function listArgv(): string[] {
  return listPids().map(readArgv);
}

/** The processes whose argv, its words ended by NUL, matches. */
export function findProcesses(argv: RegExp): number[] {
  return listPids().filter((pid) => argv.test(readArgv(pid)));
}

function listPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function readArgv(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function listWorkingContainers(storage: string): { record: string; layer: string }[] {
  const known = JSON.parse(readFileSync(join(storage, 'containers.json'), 'utf8')) as { id: string; layer: string }[];
  return known.flatMap(({ id, layer }) => {
    try {
      return [{ layer, record: readFileSync(join(storage, id, 'userdata', 'buildah.json'), 'utf8') }];
    } catch {
      return [];
    }
  });
}

/** Argv and environment of every process but this one and its parents. */
function listProcesses(): string[] {
  return listFolder('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && Number(name) !== process.ppid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      } catch {
        return '';
      }
    });
}

function listCgroups(id: string): string[] {
  const found = spawnSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', id], { encoding: 'utf8' }).stdout;
  return found.split('\n').filter((line) => line !== '');
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function writeTree(folder: string, files: Record<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  // Staged files have one fixed time: podman puts a digest of what it copies, times included, into the image's history.
  execFileSync('find', [folder, '-exec', 'touch', '--date=1980-01-01', '{}', '+']);
}

/** Tried again where an image of somebody else disappears while podman lists. */
function listAllImages(): string {
  for (let attempt = 1; ; attempt++) {
    try {
      return podman('images', '--all', '--quiet', '--no-trunc');
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

function removeImagesOf(prefix: string): void {
  const ids = [...new Set(listAllImages().split('\n'))].filter((id) => id !== '');
  const inspected = spawnSync('podman', ['image', 'inspect', ...ids], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const images = JSON.parse(inspected.stdout || '[]') as { Id: string }[];
  const ours = images.filter((image) => JSON.stringify(image).includes(prefix)).map(({ Id }) => Id);
  for (const id of ours) spawnSync('podman', ['image', 'rm', '--force', id]);
}
