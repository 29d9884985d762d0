import { MAX_OVERTAKEN } from './admit';
import {
  seededRandom,
  simulate,
  type SimulatedBuild,
  type Simulation,
  type SimulatedMachine,
} from './testing/simulate';

const SETS = 2_000;
const TOTAL_MIB = 8_192;

interface Case {
  readonly seed: number;
  readonly builds: readonly SimulatedBuild[];
  readonly machine: SimulatedMachine;
}

/** A random set of builds and a machine for them. */
function makeCase(seed: number): Case {
  const random = seededRandom(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const isRare = (): boolean => random() < 0.1;
  const builds = Array.from({ length: between(1, 10) }, (_, index): SimulatedBuild => {
    // Some are larger than the whole machine.
    const estimateMiB = between(50, isRare() ? 2 * TOTAL_MIB : TOTAL_MIB / 2);
    const ticks = between(1, 10);
    const stopsAt = between(0, 20);
    return {
      id: `b${index}`,
      arrivesAt: random() < 0.5 ? 0 : between(0, 30),
      estimateMiB,
      // Estimates are wrong both ways.
      peakMiB: estimateMiB * (0.2 + random() * 1.5),
      ticks,
      alone: isRare(),
      diesAfter: isRare() ? between(0, ticks) : undefined,
      stoppedBetween: isRare() ? [stopsAt, stopsAt + between(1, 15)] : undefined,
    };
  });
  const others = Array.from({ length: 50 }, () => between(0, TOTAL_MIB / 3));
  const isTight = isRare();
  return {
    seed,
    builds,
    machine: {
      totalMiB: isTight ? 400 : TOTAL_MIB,
      othersMiB: (tick) => others[Math.floor(tick / 5) % others.length] ?? 0,
      pressurePercent: (tick) => (tick % 17 < 2 ? 40 : 0),
      limits: { reserveMiB: undefined, maxConcurrent: random() < 0.3 ? between(1, 4) : undefined },
    },
  };
}

/** With one build at a time all would be done by then: from the last arrival on something runs at every moment that somebody can start. */
function latestEnd({ builds }: Case): number {
  const arrivals = Math.max(
    ...builds.map(({ arrivesAt, stoppedBetween }) => Math.max(arrivesAt, stoppedBetween?.[1] ?? 0)),
  );
  return arrivals + builds.reduce((sum, { ticks }) => sum + ticks, 0) + builds.length;
}

const CASES = Array.from({ length: SETS }, (_, index) => {
  const given = makeCase(index + 1);
  const simulation = simulate(given.builds, given.machine, seededRandom(index + 1_000_000), latestEnd(given));
  return { given, simulation };
});

function forEachCase(check: (given: Case, simulation: Simulation) => void): void {
  for (const { given, simulation } of CASES) check(given, simulation);
}

describe(`admission, over ${SETS} random sets of builds with wrong estimates, dead and stopped processes and late arrivals`, () => {
  it('never lets builds run beside each other that are expected to need more than the budget', () => {
    let beside = 0;
    forEachCase(({ seed }, { starts }) => {
      for (const { id, budgetMiB, takenMiB, running } of starts) {
        if (running > 1) beside++;
        if (running > 1 && takenMiB > budgetMiB) throw new Error(`seed ${seed}: ${id} had no room`);
      }
    });
    expect(beside).toBeGreaterThan(SETS);
  });

  it('warns of exactly those that are expected to need more than the budget, and these run alone', () => {
    let warned = 0;
    forEachCase(({ seed, builds }, { starts }) => {
      for (const { id, budgetMiB, running, warned: isWarned } of starts) {
        const exceeds = (builds.find((build) => build.id === id)?.estimateMiB ?? 0) > budgetMiB;
        if (exceeds !== isWarned || (isWarned && running !== 1)) throw new Error(`seed ${seed}: ${id}`);
        if (isWarned) warned++;
      }
    });
    expect(warned).toBeGreaterThan(100);
  });

  it('ends every build, no later than one after the other would', () => {
    const endless = CASES.filter(({ simulation }) => simulation.endedAt === undefined).map(({ given }) => given.seed);
    expect(endless).toEqual([]);
  });

  it(`never lets more than ${MAX_OVERTAKEN} builds that came later start before one that waits`, () => {
    let most = 0;
    forEachCase(({ seed, builds }, { starts }) => {
      const cameAt = new Map(builds.map(({ id, arrivesAt }) => [id, arrivesAt]));
      // A process that does nothing waits for nobody, and nobody for it.
      const competing = builds.filter(({ stoppedBetween }) => stoppedBetween === undefined);
      for (const { id, arrivesAt } of competing) {
        const start = starts.findIndex((event) => event.id === id);
        // What is started in the same tick takes nothing from it: its memory was set aside.
        const overtakers = starts
          .slice(0, start)
          .filter(({ id: other, tick }) => (cameAt.get(other) ?? 0) > arrivesAt && tick < (starts[start]?.tick ?? 0));
        most = Math.max(most, overtakers.length);
        if (overtakers.length > MAX_OVERTAKEN)
          throw new Error(`seed ${seed}: ${id} was overtaken by ${overtakers.length}`);
      }
    });
    expect(most).toBe(MAX_OVERTAKEN);
  });

  it('runs what has to run alone with nothing beside it', () => {
    let alone = 0;
    forEachCase(({ seed, builds }, { starts }) => {
      const isAlone = new Set(builds.filter((build) => build.alone).map(({ id }) => id));
      const ticksOf = new Map(builds.map(({ id, ticks }) => [id, ticks]));
      for (const lonely of starts.filter(({ id }) => isAlone.has(id))) {
        alone++;
        const end = lonely.tick + (ticksOf.get(lonely.id) ?? 0);
        const beside = starts.filter(
          ({ id, tick }) => id !== lonely.id && tick < end && tick + (ticksOf.get(id) ?? 0) > lonely.tick,
        );
        if (beside.length > 0) throw new Error(`seed ${seed}: ${lonely.id} ran beside ${beside[0]?.id}`);
      }
    });
    expect(alone).toBeGreaterThan(SETS / 4);
  });

  it('leaves nobody in the ledger but those whose process died last', () => {
    forEachCase(({ seed, builds }, { ledger }) => {
      const dead = new Set(builds.filter(({ diesAfter }) => diesAfter !== undefined).map(({ id }) => id));
      const left = ledger.entries.filter(({ id }) => !dead.has(id));
      if (left.length > 0) throw new Error(`seed ${seed}: ${left[0]?.id} is still in the ledger`);
    });
  });
});
