import type { Ledger, LedgerEntry } from './ledger';

/** What the machine has for builds, as it is now. */
export interface MachineMemory {
  /**
   * What all builds together may have, those that run included: what is available and what running builds use, less the reserve.
   * `undefined` where the machine does not tell; then only `maxConcurrent` counts.
   */
  readonly budgetMiB: number | undefined;
  /** Tasks wait for memory already: nothing more is started while something runs. */
  readonly isUnderPressure: boolean;
  /** At most this many builds at a time. */
  readonly maxConcurrent: number;
}

/** Whether a build may start, or what it waits for. */
export type AdmissionVerdict =
  | {
      readonly status: 'admitted';
      /** It needs more than all builds together may have, and is let through because nothing else runs. */
      readonly exceedsBudget: boolean;
      /** Builds that came earlier and are still waiting. */
      readonly overtakes: readonly string[];
    }
  | {
      readonly status: 'waiting';
      readonly reason: 'memory' | 'turn' | 'slots' | 'pressure' | 'alone';
      /** What is free for builds that do not run yet; never negative. */
      readonly freeMiB: number;
      /** Who has the memory or comes before. */
      readonly behind: readonly LedgerEntry[];
    };

/**
 * How many builds that came later may start before a waiting one. Then nobody passes it any more until it has started: that is what keeps a large build
 * from waiting for ever while small ones fill the gaps.
 */
export const MAX_OVERTAKEN = 4;

/** What a running build takes of the budget: what it is expected to need, or what it uses where that is more. */
export function takenMiB({ estimateMiB, usedMiB }: LedgerEntry): number {
  return Math.max(estimateMiB, usedMiB);
}

/**
 * Decides whether a waiting build of the ledger may start now. Pure; every process that asks about the same ledger and machine comes to the
 * same plan, so that each can start by itself what the plan lets start.
 *
 * - The estimates of all that run fit the budget, but for one that is alone.
 * - Of the waiting builds the largest that fits starts first (small ones then fill the gaps), in the order of arrival among equals; but one that was
 *   overtaken `MAX_OVERTAKEN` times comes before all others, and nobody passes it.
 * - With nothing running, the first in that order always starts.
 */
export function admit(ledger: Ledger, id: string, machine: MachineMemory): AdmissionVerdict {
  const running = ledger.entries.filter(({ status }) => status === 'running');
  const loner = running.find(({ alone }) => alone);
  const budgetMiB = machine.budgetMiB ?? Number.POSITIVE_INFINITY;
  let freeMiB = budgetMiB - running.reduce((sum, entry) => sum + takenMiB(entry), 0);
  const starting: LedgerEntry[] = [];
  const wait = (reason: 'memory' | 'turn' | 'slots' | 'pressure' | 'alone', behind: readonly LedgerEntry[]) => ({
    ...{ status: 'waiting' as const, reason, freeMiB: Math.max(0, freeMiB), behind },
  });
  if (loner) return wait('alone', [loner]);
  for (const entry of orderOfTurns(ledger)) {
    const before = [...running, ...starting];
    const obstacle = before.length === 0 ? undefined : findObstacle(entry, before.length, freeMiB, machine);
    const isAsking = entry.id === id;
    if (obstacle === undefined) {
      if (isAsking)
        return {
          status: 'admitted',
          exceedsBudget: entry.estimateMiB > budgetMiB,
          overtakes: overtakenBy(entry, ledger),
        };
      starting.push(entry);
      freeMiB -= entry.estimateMiB;
      if (entry.alone) return wait('alone', [entry]);
    } else if (isAsking) {
      return wait(obstacle, before);
    } else if (entry.alone || entry.overtaken >= MAX_OVERTAKEN) {
      return wait('turn', [entry]);
    }
  }
  throw new Error(`the build ${id} does not wait in this ledger`);
}

/** Those that came earlier and still wait. One that starts at the same moment is among them, which does no harm: it waits no longer. */
function overtakenBy({ sequence }: LedgerEntry, { entries }: Ledger): string[] {
  return entries.filter((other) => other.status === 'waiting' && other.sequence < sequence).map(({ id }) => id);
}

/** What keeps a build from running beside others. */
function findObstacle(
  entry: LedgerEntry,
  others: number,
  freeMiB: number,
  machine: MachineMemory,
): 'memory' | 'slots' | 'pressure' | 'alone' | undefined {
  if (entry.alone) return 'alone';
  if (others >= machine.maxConcurrent) return 'slots';
  if (machine.isUnderPressure) return 'pressure';
  return entry.estimateMiB > freeMiB ? 'memory' : undefined;
}

function orderOfTurns(ledger: Ledger): LedgerEntry[] {
  const isDue = ({ overtaken }: LedgerEntry): boolean => overtaken >= MAX_OVERTAKEN;
  return ledger.entries
    .filter(({ status }) => status === 'waiting')
    .toSorted(
      (one, other) =>
        Number(isDue(other)) - Number(isDue(one)) ||
        (isDue(one) ? 0 : other.estimateMiB - one.estimateMiB) ||
        one.sequence - other.sequence,
    );
}
