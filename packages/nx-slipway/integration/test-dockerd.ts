import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { detectMachineNeeds } from '../src/clusters/kind/machine-needs';
import { BASE } from './podman-engine-lab';

/** Another daemon for the suites, e.g. of a newer docker: its address. Its client is what PATH and DOCKER_CONFIG name. */
const OTHER_DAEMON = 'NX_SLIPWAY_TEST_DOCKER_HOST';

const START_LIMIT_MS = 60_000;

/** A docker daemon of a test's own, with the base image in it. */
export interface TestDockerd {
  /** What a client needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the client and returns what it printed, trimmed. */
  docker(...args: string[]): string;
  stop(): Promise<void>;
}

/** What a daemon is for. */
export interface DockerdOptions {
  /** Containers that are nodes of kind: privileged ones must start also where this machine has not all capabilities. */
  readonly forNodes?: boolean;
}

/**
 * Starts Debian's `dockerd` with everything of its own in one temporary folder, its own containerd and no network: RUN steps of tests
 * say `--network=none`. Podman's network rules are not touched. Needs root.
 */
export async function startDockerd({ forNodes = false }: DockerdOptions = {}): Promise<TestDockerd> {
  const other = process.env[OTHER_DAEMON];
  if (other !== undefined)
    return connect({ DOCKER_HOST: other, PATH: process.env['PATH'] ?? '' }, () => Promise.resolve());
  const folder = mkdtempSync(join(tmpdir(), 'slipway-dockerd-'));
  const env = { DOCKER_HOST: `unix://${folder}/docker.sock`, PATH: `${clientIn(folder)}:${process.env['PATH'] ?? ''}` };
  const daemon = spawnDaemon(folder, forNodes);
  const stop = async (): Promise<void> => {
    await endOf(daemon);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForAnswer(daemon, env, folder);
    return connect(env, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function connect(env: { DOCKER_HOST: string; PATH: string }, stop: () => Promise<void>): TestDockerd {
  const docker = (...args: string[]): string =>
    execFileSync('docker', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    }).trim();
  execFileSync(
    'sh',
    ['-c', `docker image inspect ${BASE} >/dev/null 2>&1 || podman save --quiet ${BASE} | docker load`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...env },
    },
  );
  return { env, docker, stop };
}

/** Debian's own client has BuildKit in it; another one that is first on PATH may lack its part buildx. */
function clientIn(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  if (existsSync('/usr/bin/docker')) symlinkSync('/usr/bin/docker', join(bin, 'docker'));
  return bin;
}

/** docker gives a privileged container, and each command in it, all capabilities, which fails where root itself lacks one. */
const RUNTIME_WITHOUT_SYS_RESOURCE = `#!/bin/sh
previous=
for argument; do
  file=
  case $previous in
    --bundle | -b) file=$argument/config.json ;;
    --process | -p) file=$argument ;;
  esac
  [ -z "$file" ] || sed -i 's/"CAP_SYS_RESOURCE",//g; s/,"CAP_SYS_RESOURCE"//g' "$file"
  previous=$argument
done
exec runc "$@"
`;

function runtimeSettings(folder: string): object {
  const path = join(folder, 'runtime');
  writeFileSync(path, RUNTIME_WITHOUT_SYS_RESOURCE, { mode: 0o755 });
  return { runtimes: { 'without-sys-resource': { path } }, 'default-runtime': 'without-sys-resource' };
}

function spawnDaemon(folder: string, forNodes: boolean): ChildProcess {
  // docker's default limits are above what a container without CAP_SYS_RESOURCE may set.
  const limit = (name: string): object => ({ Name: name, Soft: 8192, Hard: 8192 });
  const needs = detectMachineNeeds(process.platform, (path) =>
    existsSync(path) ? readFileSync(path, 'utf8') : undefined,
  );
  const settings = {
    'default-ulimits': { nofile: limit('nofile'), nproc: limit('nproc') },
    ...(forNodes && needs.noSysResource ? runtimeSettings(folder) : {}),
  };
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify(settings));
  const places = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(folder, name)}`);
  const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  const command = [
    'setpriv',
    '--pdeathsig',
    'TERM',
    'dockerd',
    `--config-file=${folder}/daemon.json`,
    ...places,
    ...network,
  ];
  const log = join(folder, 'log');
  const [program = '', ...args] = command;
  return spawn(
    'sh',
    [
      '-c',
      `exec "$0" "$@" >'${log}' 2>&1`,
      program,
      ...args,
      `--host=unix://${folder}/docker.sock`,
      '--exec-opt=native.cgroupdriver=cgroupfs',
    ],
    { stdio: 'ignore' },
  );
}

async function waitForAnswer(daemon: ChildProcess, env: Record<string, string>, folder: string): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      execFileSync('docker', ['version'], { stdio: 'ignore', env: { ...process.env, ...env } });
      return;
    } catch {
      if (daemon.exitCode !== null || Date.now() > end) {
        throw new Error(`dockerd does not answer:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-4_000)}`);
      }
      await sleep(100);
    }
  }
}

function endOf(daemon: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    daemon.once('exit', () => resolve());
    if (daemon.exitCode === null) daemon.kill('SIGTERM');
    else resolve();
  });
}
