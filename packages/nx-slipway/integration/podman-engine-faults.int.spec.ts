import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import type { BuildRequest } from '../src/engines/image-builder';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import {
  BASE,
  countTraces,
  failureOf,
  listArgv,
  listBuildIds,
  NO_TRACES,
  openEngineLab,
  podman,
  realTools,
  until,
  type EngineLab,
} from './podman-engine-lab';

let lab: EngineLab;

beforeEach(() => {
  lab = openEngineLab();
});

afterEach(async () => {
  await lab.builder.removeLeftovers();
  lab.dispose();
});

/** A Dockerfile of two stages whose last RUN step sleeps in two processes; nothing else on this machine sleeps that long. */
function sleepingDockerfile(marker: string): string {
  return [
    `FROM ${BASE} AS tools`,
    `RUN echo finished-${lab.prefix} > /tool`,
    `FROM ${BASE}`,
    'COPY --from=tools /tool /tool',
    `RUN echo ${lab.prefix}; sleep ${marker} & sleep ${marker}`,
  ].join('\n');
}

/** A number of seconds that only this test uses. */
function uniqueMarker(): string {
  return `9${process.pid}${Math.floor(Math.random() * 1_000)}`;
}

async function untilSleeping(marker: string): Promise<readonly string[]> {
  const ids = (): string[] => listBuildIds(lab);
  await until('the RUN step', () => listArgv().filter((argv) => argv.includes(`sleep\0${marker}`)).length === 2);
  return ids();
}

it('cancelled in the middle of a RUN step, stops at once and leaves nothing but its finished layers', async () => {
  const marker = uniqueMarker();
  const request = lab.request('cancelled', sleepingDockerfile(marker));
  const build = failureOf(lab.builder.buildImage(request));
  const ids = await untilSleeping(marker);
  expect(countTraces(lab, marker, ids)).toMatchObject({ runtimeEntries: 1, folders: 1 });
  const cancelledAt = Date.now();
  lab.abort.abort();
  const failure = await build;
  expect(Date.now() - cancelledAt).toBeLessThan(5_000);
  expect(failure.code).toBe('BUILD_CANCELLED');
  expect(failure.problem.message).toContain('step [2/2] 3/4');
  expect(countTraces(lab, marker, ids)).toEqual(NO_TRACES);

  const again: string[] = [];
  const tools = realTools(process.env, new AbortController().signal);
  const builder = createPodmanImageBuilder({
    machineStore: lab.machineStore,
    tools,
    onLine: (line) => again.push(line),
  });
  const finishing = { ...request, targetStage: 'tools', tags: [] };
  await builder.buildImage(finishing);
  expect(again.some((line) => line.includes('2/3 | --> Using cache'))).toBe(true);
});

it('that takes longer than its time limit is stopped, says in which step, and leaves nothing', async () => {
  const marker = uniqueMarker();
  const request = lab.request('timed-out', sleepingDockerfile(marker), { timeoutMs: 6_000 });
  const build = failureOf(lab.builder.buildImage(request));
  const ids = await untilSleeping(marker);
  const failure = await build;
  expect(failure.code).toBe('BUILD_TIMED_OUT');
  expect(failure.problem.message).toMatch(/after 6 s, in step \[2\/2\] 3\/4/);
  expect(countTraces(lab, marker, ids)).toEqual(NO_TRACES);
});

it('cancelled while another one runs, leaves the other one alone', async () => {
  const marker = uniqueMarker();
  const survivor = openEngineLab();
  try {
    const dockerfile = `FROM ${BASE}\nRUN echo ${survivor.prefix}; sleep 6; echo survived > /s\n`;
    const surviving = createPodmanImageBuilder({
      machineStore: lab.machineStore,
      tools: survivor.tools,
      onLine: () => undefined,
    }).buildImage(survivor.request('survivor', dockerfile));
    const cancelled = failureOf(lab.builder.buildImage(lab.request('other', sleepingDockerfile(marker))));
    await untilSleeping(marker);
    lab.abort.abort();
    expect((await cancelled).code).toBe('BUILD_CANCELLED');
    expect(await lab.builder.removeLeftovers()).toEqual([]);
    expect((await surviving).imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
  } finally {
    survivor.dispose();
  }
});

describe('whose process is killed with SIGKILL', () => {
  const compiled = join(__dirname, `.compiled-${process.pid}`);
  const children: ChildProcess[] = [];

  beforeAll(() => compileSources(join(__dirname, '..', 'src'), compiled));

  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(compiled, { recursive: true, force: true });
  });

  it('in the middle of a RUN step, loses its podman at once, and all the rest to the next removal of leftovers', async () => {
    const marker = uniqueMarker();
    const child = startBuildProcess(lab.request('killed', sleepingDockerfile(marker)));
    const ids = await untilSleeping(marker);
    expect(ids).toHaveLength(1);
    expect(await lab.builder.removeLeftovers()).toEqual([]); // Its owner lives: nothing is taken from it.

    await killAndWait(child);
    await until(
      'the end of podman',
      () => !listArgv().some((argv) => argv.includes('--cgroup-parent') && argv.includes(ids[0] ?? '')),
    );
    const left = countTraces(lab, marker, ids);
    expect(left).toMatchObject({ runtimeEntries: 1, folders: 1 });
    expect(left.containers).toBeGreaterThanOrEqual(1);
    expect(left.mounts).toBeGreaterThanOrEqual(1);
    expect(left.processes).toBeGreaterThanOrEqual(2);
    expect(left.cgroups).toBeGreaterThanOrEqual(1);

    const removed = await lab.builder.removeLeftovers();
    expect(removed.join('\n')).toMatch(/processes of build[\s\S]*runc entry[\s\S]*working container[\s\S]*folder/);
    expect(countTraces(lab, marker, ids)).toEqual(NO_TRACES);
    expect(await lab.builder.removeLeftovers()).toEqual([]);
  });

  it('is found by the next build of the same image too, which then succeeds', async () => {
    const marker = uniqueMarker();
    const request = lab.request('retried', sleepingDockerfile(marker));
    const child = startBuildProcess(request);
    const ids = await untilSleeping(marker);
    await killAndWait(child);
    await lab.builder.removeLeftovers();
    const dockerfileText = request.dockerfileText.replaceAll(`sleep ${marker}`, 'true');
    const { imageId } = await lab.builder.buildImage({ ...request, dockerfileText });
    expect(`sha256:${podman('image', 'inspect', '--format', '{{.Id}}', request.tags[0] ?? '')}`).toBe(imageId);
    expect(countTraces(lab, marker, ids)).toEqual(NO_TRACES);
  });

  it('while it stages files, loses them to the next removal of leftovers', async () => {
    const child = startBuildProcess(
      lab.request('staging', `FROM ${BASE}\n`),
      `require('node:fs').mkdirSync(folder); setInterval(() => {}, 1_000); return new Promise(() => {})`,
    );
    await until('staging', () =>
      listBuildIds(lab).some((id) => existsSync(join(lab.machineStore, 'builds', id, 'staged'))),
    );
    expect(await lab.builder.removeLeftovers()).toEqual([]);
    await killAndWait(child);
    expect(countTraces(lab, 'no such marker', [])).toMatchObject({ folders: 1 });
    await lab.builder.removeLeftovers();
    expect(countTraces(lab, 'no such marker', [])).toEqual(NO_TRACES);
  });

  function startBuildProcess(request: BuildRequest, stage = `require('node:fs').mkdirSync(folder)`): ChildProcess {
    const script = `
      const { createPodmanImageBuilder } = require('./engines/podman/podman-image-builder');
      const { createProcessRunner } = require('./exec/execa-runner');
      const wait = (ms, signal) => new Promise((resolve) => { const t = setTimeout(resolve, ms); signal?.addEventListener('abort', () => { clearTimeout(t); resolve(); }); });
      const tools = { runner: createProcessRunner(), clock: { now: Date.now, sleep: wait }, env: process.env, log: { line() {} }, signal: new AbortController().signal };
      createPodmanImageBuilder({ machineStore: ${JSON.stringify(lab.machineStore)}, tools, onLine: console.log })
        .buildImage({ ...${JSON.stringify(request)}, stage: async (folder) => { ${stage} } }).then(console.log, (error) => { console.error(error); process.exit(1); });`;
    const file = join(compiled, `build-${children.length}.js`);
    writeFileSync(file, script);
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: withoutNodeOptions(),
    });
    children.push(child);
    return child;
  }
});

it('cancelled while it stages files, says so, starts no podman and leaves nothing', async () => {
  const request = lab.request('cancelled', `FROM ${BASE}\n`, {
    stage: (folder) => {
      mkdirSync(folder);
      lab.abort.abort();
      return Promise.resolve();
    },
  });
  const failure = await failureOf(lab.builder.buildImage(request));
  expect(failure.code).toBe('BUILD_CANCELLED');
  expect(failure.problem.message).toContain('staging');
  expect(lab.commands.filter((command) => command.includes(' build '))).toEqual([]);
  expect(countTraces(lab, 'no such marker', [])).toEqual(NO_TRACES);
});

it('costs next to nothing to look for leftovers where there are none', async () => {
  lab.commands.length = 0;
  expect(await lab.builder.removeLeftovers()).toEqual([]);
  expect(lab.commands).toEqual([]);
});

function killAndWait(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function withoutNodeOptions(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '' };
}

/** Compiles the sources, without their tests, to a folder from which a process of its own can load them. */
function compileSources(from: string, to: string): void {
  const options = { module: ModuleKind.Node20, target: ScriptTarget.ES2023, esModuleInterop: true };
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.spec.ts')) continue;
    const target = join(to, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const fileName = join(from, path);
    writeFileSync(
      target,
      transpileModule(readFileSync(fileName, 'utf8'), { compilerOptions: options, fileName }).outputText,
    );
  }
  writeFileSync(join(to, 'package.json'), '{"type":"commonjs"}');
}
