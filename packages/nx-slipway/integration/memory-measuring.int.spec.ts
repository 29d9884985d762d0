import { existsSync, mkdirSync } from 'node:fs';
import { openMemoryMeter, type Measurement } from '../src/scheduling/measuring/memory-meter';
import { memoryCgroupOfBuilds } from '../src/engines/podman/build-cgroup';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import { BASE, findProcesses, openEngineLab, type EngineLab } from './podman-engine-lab';

const HELD_MIB = 300;
/** The step's program ends when a sample has seen its memory; this is for a meter that sees nothing. */
const AT_MOST_S = 30;

describe('the memory of a build', () => {
  let lab: EngineLab;
  const samples: number[] = [];

  beforeAll(() => {
    lab = openEngineLab();
    mkdirSync(lab.machineStore, { recursive: true });
  });
  afterAll(() => lab.dispose());

  /** Holds memory in a program that is far below the RUN step's own process, which then ends with this code. */
  const holding = (exitCode: number): string => `FROM ${BASE}
RUN sh -c 'perl -e "\\$x = q(${lab.prefix}); \\$x = q(x); \\$x x= ${HELD_MIB} * 1048576; select(undef, undef, undef, ${AT_MOST_S})"; exit ${exitCode}'
`;

  async function measure(name: string, dockerfile: string, hasCgroups: boolean): Promise<Measurement | undefined> {
    samples.length = 0;
    const { machineStore, tools } = lab;
    const onSample = (usedMiB: number): void => {
      samples.push(usedMiB);
      if (usedMiB < HELD_MIB || samples.length < 3) return;
      for (const pid of findProcesses(new RegExp(`^perl\0.*${lab.prefix}`))) process.kill(pid);
    };
    const meter = openMemoryMeter({ clock: tools.clock, onSample });
    const builder = createPodmanImageBuilder({ machineStore, tools, onLine: () => undefined, hasCgroups });
    await builder.buildImage(lab.request(name, dockerfile, { meter })).catch(() => undefined);
    return meter.measurement();
  }

  it('is measured over RUN steps and podman, whichever process holds it', async () => {
    const measured = await measure('holding', holding(0), true);
    expect(measured).toMatchObject({ oomKills: 0, oomKillsOnMachine: expect.any(Number) });
    expect(measured?.peakMiB).toBeGreaterThan(HELD_MIB);
    // perl and podman themselves, not the page cache of what they read.
    expect(measured?.peakMiB).toBeLessThan(HELD_MIB + 250);
    expect(measured?.upperBoundMiB).toBeGreaterThanOrEqual(measured?.peakMiB ?? Infinity);
    expect(samples.length).toBeGreaterThanOrEqual(3);
  });

  it('is measured of a build that fails too, and its cgroup is gone afterwards', async () => {
    const measured = await measure('failing', holding(7), true);
    expect(measured?.peakMiB).toBeGreaterThan(HELD_MIB);
    const [build] = lab.commands.filter((command) => command.includes('--cgroup-parent')).slice(-1);
    const id = /--cgroup-parent \/nx-slipway\/([0-9a-f]{16})\/steps/.exec(build ?? '')?.[1] ?? 'none';
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(existsSync(`${memoryCgroupOfBuilds()}/${id}`)).toBe(false);
  });

  it('is that of podman and all processes below it where a build has no cgroup of its own', async () => {
    const measured = await measure('uncontained', holding(6), false);
    expect(lab.commands.filter((command) => command.includes(' build ')).at(-1)).not.toContain('--cgroup-parent');
    expect(measured?.peakMiB).toBeGreaterThan(HELD_MIB);
    expect(measured?.peakMiB).toBeLessThan(HELD_MIB + 250);
    expect(measured?.upperBoundMiB).toBeUndefined();
  });
});
