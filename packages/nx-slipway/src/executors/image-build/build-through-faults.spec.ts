import type { BuiltImage } from '../../engines/image-builder';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { BuildEquipment } from './build-equipment';
import { buildThroughFaults } from './build-through-faults';
import type { BuildAdmission } from './open-build-admission';

const outOfMemory = new SlipwayError('BUILD_STEP_OUT_OF_MEMORY', {
  step: 'step 2/3 (RUN make)',
  reason: 'exit code 137',
});
const network = new SlipwayError('BUILD_NETWORK_FAILED', { step: 'step 2/3 (RUN make)', reason: 'curl says "no"' });
const failed = new SlipwayError('BUILD_STEP_FAILED', {
  step: '2/3',
  instruction: 'RUN make',
  exitCode: 2,
  note: '',
  dockerfile: 'D',
});
const image: BuiltImage = { imageId: `sha256:${'1'.repeat(64)}` };

/** Makes attempts with these ends, one after the other. */
function openAttempts(...ends: readonly (SlipwayError | BuiltImage)[]) {
  const left = [...ends];
  const seen: string[] = [];
  const lines: string[] = [];
  const pauses: number[] = [];
  let oomKills = 0;
  const attempt = (how: string): Promise<BuiltImage> => {
    seen.push(how);
    const end = left.shift();
    return end instanceof SlipwayError ? Promise.reject(end) : Promise.resolve(end ?? image);
  };
  const admission = {
    estimateMiB: 1_000,
    run: () => attempt('beside others'),
    retryAlone: (estimateMiB: number) => attempt(`alone with ${estimateMiB}`),
    measurement: () => ({ peakMiB: 1_500, upperBoundMiB: undefined, oomKills, oomKillsOnMachine: oomKills }),
  } as unknown as BuildAdmission;
  const tools = {
    runner: { run: () => Promise.reject(new Error('nothing is run')) },
    env: {},
    clock: { now: () => 0, sleep: (ms: number) => Promise.resolve(void pauses.push(ms)) },
    log: { line: (line: string) => void lines.push(line) },
    signal: new AbortController().signal,
  } as unknown as Tools;
  return {
    seen,
    lines,
    pauses,
    killProcesses: (count: number) => (oomKills = count),
    build: () =>
      buildThroughFaults(
        { image: 'web', admission, build: () => Promise.resolve(image) },
        {
          store: { engine: 'podman' } as BuildEquipment['store'],
          tools,
        },
      ),
  };
}

describe('buildThroughFaults', () => {
  it('makes one attempt where nothing is wrong', async () => {
    const attempts = openAttempts(image);
    await expect(attempts.build()).resolves.toEqual(image);
    expect(attempts).toMatchObject({ seen: ['beside others'], lines: [], pauses: [] });
  });

  it('tries once more alone, with twice what was seen, where memory ran out; and says so', async () => {
    const attempts = openAttempts(outOfMemory, image);
    await expect(attempts.build()).resolves.toEqual(image);
    expect(attempts.seen).toEqual(['beside others', 'alone with 3000']);
    expect(attempts.lines.join()).toMatch(/BUILD_TRIED_AGAIN {2}web: Memory ran out in step 2\/3 .*once more, alone/);
  });

  it('goes by the count of the build’s own cgroup where a step hides what killed it', async () => {
    const attempts = openAttempts(failed, image);
    attempts.killProcesses(1);
    await expect(attempts.build()).resolves.toEqual(image);
    expect(attempts.seen).toEqual(['beside others', 'alone with 3000']);
  });

  it('waits where the network failed, and gives up with what it said last', async () => {
    const attempts = openAttempts(network, network, network);
    await expect(attempts.build()).rejects.toBe(network);
    expect(attempts.pauses).toEqual([2_000, 10_000]);
    expect(attempts.seen).toHaveLength(3);
  });

  it('stays alone when the network fails afterwards', async () => {
    const attempts = openAttempts(outOfMemory, network, image);
    await attempts.build();
    expect(attempts.seen).toEqual(['beside others', 'alone with 3000', 'alone with 3000']);
  });

  it('makes one attempt where a step is wrong', async () => {
    const attempts = openAttempts(failed);
    await expect(attempts.build()).rejects.toBe(failed);
    expect(attempts.seen).toHaveLength(1);
  });
});
