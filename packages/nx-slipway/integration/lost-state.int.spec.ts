import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuiltImage } from '../src/engines/image-builder';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import { makeBaseStorage, removeStorages, type OwnStorage } from './own-storage';
import { BASE, countTraces, failureOf, findProcesses, NO_TRACES, openEngineLab, realTools } from './podman-engine-lab';

/** Where runc keeps what it knows of what it has started. */
const RUNTIME_STATE = '/run/runc';
const RESTARTED = 'The state that podman keeps below /run was removed while the build ran: the build is started again.';

describe('A build during whose RUN step somebody cleans up below /run', () => {
  const lab = openEngineLab();
  let storage: OwnStorage;

  beforeAll(() => {
    storage = makeBaseStorage(lab.folder);
  });
  beforeEach(() => {
    lab.lines.length = 0;
  });
  afterAll(() => removeStorages(lab.folder));

  /** Builds an image whose step sleeps until `onStep` does something about it, which gets the step's process and how many there were before. */
  async function build(marker: string, onStep: (pid: number, before: number) => void): Promise<BuiltImage> {
    const tools = realTools({ ...process.env, CONTAINERS_STORAGE_CONF: storage.settings }, lab.abort.signal);
    const onLine = (line: string): void => void lab.lines.push(line);
    const builder = createPodmanImageBuilder({ machineStore: lab.machineStore, tools, onLine });
    const dockerfile = `FROM ${BASE}\nRUN sleep ${marker}; echo ${lab.prefix} > /x\nRUN cat /x\n`;
    let isOver = false;
    const built = builder.buildImage(lab.request('lost', dockerfile)).finally(() => (isOver = true));
    built.catch(() => undefined); // Until it is awaited.
    const seen: number[] = [];
    while (!isOver) {
      for (const pid of findProcesses(new RegExp(`^sleep\0${marker}\0$`)).filter(
        (candidate) => !seen.includes(candidate),
      )) {
        onStep(pid, seen.length);
        seen.push(pid);
      }
      await sleep(25);
    }
    return built;
  }

  it('and removes the record of what is mounted is started again, says so, and leaves nothing', async () => {
    const marker = `9${process.pid}1`;
    const { imageId } = await build(marker, (pid) => {
      rmSync(storage.runRoot, { recursive: true });
      process.kill(pid);
    });
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(lab.lines.filter((line) => line === RESTARTED)).toHaveLength(1);
    expect(lab.lines.join('\n')).toContain('Using cache');
    expect(countTraces(lab, marker, [])).toEqual(NO_TRACES);
  });

  it('and removes the record of what was started is started again when its step, which runs on, was killed', async () => {
    const marker = `9${process.pid}2`;
    const { imageId } = await build(marker, (pid, before) => {
      if (before === 0) loseSteps();
      else process.kill(pid);
    });
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(lab.lines.filter((line) => line === RESTARTED)).toHaveLength(1);
    expect(countTraces(lab, marker, [])).toEqual(NO_TRACES);
  });

  it('and does so at each attempt is given up with what podman missed', async () => {
    const marker = `9${process.pid}3`;
    const failure = await failureOf(build(marker, loseSteps));
    expect(failure.code).toBe('ENGINE_STATE_LOST');
    expect(failure.problem.message).toContain('reading container state from');
    expect(lab.lines.filter((line) => line === RESTARTED)).toHaveLength(2);
    expect(countTraces(lab, marker, [])).toEqual(NO_TRACES);
  });

  /** Removes the runtime's record of this lab's steps. */
  function loseSteps(): void {
    const listed = spawnSync('runc', ['list', '--format', 'json'], { encoding: 'utf8' }).stdout;
    const entries = JSON.parse(listed || '[]') as { id: string; bundle: string }[];
    for (const { id } of entries.filter(({ bundle }) => bundle.startsWith(`${lab.machineStore}/`))) {
      rmSync(`${RUNTIME_STATE}/${id}`, { recursive: true });
    }
  }
});
