import type { MemoryReading } from '../../budget/machine-memory';
import { decideTurn, type AdmissionLimits } from '../decide-turn';
import { EMPTY_LEDGER, leave, report, type AdmissionRequest, type Ledger, type LedgerEntry } from '../ledger';

/** A build as it really is, which the scheduler does not know. */
export interface SimulatedBuild {
  readonly id: string;
  readonly arrivesAt: number;
  readonly estimateMiB: number;
  readonly peakMiB: number;
  readonly ticks: number;
  readonly alone: boolean;
  /** Its process dies at this tick of its run, and what it started goes on for some more; `undefined`: it does not. */
  readonly diesAfter: number | undefined;
  /** Its process does nothing between these ticks (Ctrl-Z). */
  readonly stoppedBetween: readonly [number, number] | undefined;
}

/** A machine over time. */
export interface SimulatedMachine {
  readonly totalMiB: number;
  /** What others than builds use at a tick. */
  readonly othersMiB: (tick: number) => number;
  /** Memory pressure at a tick, in percent. */
  readonly pressurePercent: (tick: number) => number;
  readonly limits: AdmissionLimits;
}

/** A build was let through. */
export interface StartEvent {
  readonly id: string;
  readonly tick: number;
  /** What all builds might have at that moment. */
  readonly budgetMiB: number;
  /** What all that ran then had, this one included, by their estimates or by what they used where that was more. */
  readonly takenMiB: number;
  readonly running: number;
  readonly warned: boolean;
}

/** What happened. */
export interface Simulation {
  readonly starts: readonly StartEvent[];
  /** The last tick; `undefined` where builds were left when the time was over. */
  readonly endedAt: number | undefined;
  readonly ledger: Ledger;
}

interface Running {
  readonly build: SimulatedBuild;
  readonly since: number;
}

/** Lets builds of many processes go through one ledger, tick by tick; `random` gives the order in which waiting ones look. Pure. */
export function simulate(
  builds: readonly SimulatedBuild[],
  machine: SimulatedMachine,
  random: () => number,
  mostTicks: number,
): Simulation {
  let ledger = EMPTY_LEDGER;
  const running = new Map<string, Running>();
  const ended = new Set<string>();
  const starts: StartEvent[] = [];
  for (let tick = 0; tick <= mostTicks; tick++) {
    for (const [id, { build, since }] of running) {
      if (tick - since < build.ticks) continue;
      running.delete(id);
      ended.add(id);
      // A dead process takes nothing out of the ledger: the others have to find that it is gone.
      if (build.diesAfter === undefined) ledger = leave(ledger, id);
    }
    ledger = reportSome(ledger, running, tick, random);
    const waiting = builds.filter(({ id, arrivesAt }) => arrivesAt <= tick && !running.has(id) && !ended.has(id));
    if (waiting.length === 0 && ended.size === builds.length) return { starts, endedAt: tick, ledger };
    for (const build of shuffle(waiting, random)) {
      if (isStopped(build, tick)) continue;
      const usedMiB = new Map([...running].map(([id, run]) => [id, usedBy(run, tick)]));
      const turn = decideTurn(
        ledger,
        requestOf(build),
        {
          reading: readingAt(machine, usedMiB, tick),
          goneIds: new Set(ledger.entries.map(({ id }) => id).filter((id) => ended.has(id))),
          stoppedIds: new Set(builds.filter((other) => isStopped(other, tick)).map(({ id }) => id)),
          usedMiB,
        },
        machine.limits,
      );
      ledger = turn.ledger;
      if (turn.verdict.status !== 'admitted') continue;
      running.set(build.id, { build, since: tick });
      const taken = ledger.entries.filter(({ status }) => status === 'running').map((entry) => takenBy(entry, usedMiB));
      starts.push({
        ...{ id: build.id, tick, budgetMiB: turn.budgetMiB ?? 0, running: running.size },
        ...{ takenMiB: taken.reduce((sum, amount) => sum + amount, 0), warned: turn.verdict.exceedsBudget },
      });
    }
  }
  return { starts, endedAt: undefined, ledger };
}

/** Processes tell of themselves now and then; once in a while the ledger loses one, which its report then puts back. */
function reportSome(ledger: Ledger, running: ReadonlyMap<string, Running>, tick: number, random: () => number): Ledger {
  let current = ledger;
  for (const run of running.values()) {
    const { build, since } = run;
    if (build.diesAfter !== undefined && tick - since >= build.diesAfter) continue;
    if (random() < 0.02) current = leave(current, build.id);
    const isLost = !current.entries.some(({ id }) => id === build.id);
    if (!isLost && random() < 0.5) continue;
    current = report(current, requestOf(build), { usedMiB: usedBy(run, tick), cgroups: [] });
  }
  return current;
}

function requestOf({ id, estimateMiB, alone }: SimulatedBuild): AdmissionRequest {
  return { id, name: id, estimateMiB, alone, holder: { pid: 1, startTicks: 1, bootId: 'boot' } };
}

function takenBy({ id, estimateMiB }: LedgerEntry, used: ReadonlyMap<string, number>): number {
  return Math.max(estimateMiB, used.get(id) ?? 0);
}

/** Grows to its peak over the first half, falls to nothing in the middle of the second, as between two RUN steps, and comes back. */
function usedBy({ build, since }: Running, tick: number): number {
  const part = (tick - since) / build.ticks;
  if (part < 0.5) return build.peakMiB * 2 * part;
  return part > 0.7 && part < 0.8 ? 0 : build.peakMiB;
}

function readingAt(machine: SimulatedMachine, used: ReadonlyMap<string, number>, tick: number): MemoryReading {
  const builds = [...used.values()].reduce((sum, amount) => sum + amount, 0);
  return {
    totalMiB: machine.totalMiB,
    availableMiB: Math.max(0, machine.totalMiB - machine.othersMiB(tick) - builds),
    limits: [],
    pressurePercent: machine.pressurePercent(tick),
  };
}

function isStopped({ stoppedBetween }: SimulatedBuild, tick: number): boolean {
  return stoppedBetween !== undefined && tick >= stoppedBetween[0] && tick < stoppedBetween[1];
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** Numbers in [0, 1) from a seed: mulberry32 (public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
