import { existsSync, mkdirSync } from 'node:fs';
import { openMemoryMeter, type Measurement } from '../src/scheduling/measuring/memory-meter';
import { memoryCgroupOfBuilds } from '../src/engines/podman/build-cgroup';
import { BASE, openEngineLab, type EngineLab } from './podman-engine-lab';

const HELD_MIB = 300;

/** Holds memory in a program that is far below the RUN step's own process, which then ends with this code. */
const holding = (exitCode: number): string => `FROM ${BASE}
RUN sh -c 'perl -e "\\$x = q(x); \\$x x= ${HELD_MIB} * 1048576; select(undef, undef, undef, 0.7)"; exit ${exitCode}'
`;

describe('the memory of a build in its own cgroup', () => {
  let lab: EngineLab;
  const samples: number[] = [];

  beforeAll(() => {
    lab = openEngineLab();
    mkdirSync(lab.machineStore, { recursive: true });
  });
  afterAll(() => lab.dispose());

  async function measure(name: string, dockerfile: string): Promise<Measurement | undefined> {
    samples.length = 0;
    const meter = openMemoryMeter({ clock: lab.tools.clock, onSample: (usedMiB) => samples.push(usedMiB) });
    await lab.builder.buildImage(lab.request(name, dockerfile, { meter })).catch(() => undefined);
    return meter.measurement();
  }

  it('is measured over RUN steps and podman, whichever process holds it', async () => {
    const measured = await measure('holding', holding(0));
    expect(measured).toMatchObject({ oomKills: 0, oomKillsOnMachine: expect.any(Number) });
    expect(measured?.peakMiB).toBeGreaterThan(HELD_MIB);
    // perl and podman themselves, not the page cache of what they read.
    expect(measured?.peakMiB).toBeLessThan(HELD_MIB + 250);
    expect(measured?.upperBoundMiB).toBeGreaterThanOrEqual(measured?.peakMiB ?? Infinity);
    expect(samples.length).toBeGreaterThanOrEqual(3);
  });

  it('is measured of a build that fails too, and its cgroup is gone afterwards', async () => {
    const measured = await measure('failing', holding(7));
    expect(measured?.peakMiB).toBeGreaterThan(HELD_MIB);
    const [build] = lab.commands.filter((command) => command.includes('--cgroup-parent')).slice(-1);
    const id = /--cgroup-parent \/nx-slipway\/([0-9a-f]{16})\/steps/.exec(build ?? '')?.[1] ?? 'none';
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(existsSync(`${memoryCgroupOfBuilds()}/${id}`)).toBe(false);
  });
});
