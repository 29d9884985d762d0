import { computeBudget } from '../budget/memory-budget';
import type { MemoryReading } from '../budget/machine-memory';
import { admit, type AdmissionVerdict } from './admit';
import { enqueue, reap, start, type AdmissionRequest, type Ledger, type LedgerEntry } from './ledger';

/** What a process sees of the machine and of the others in the ledger, at one moment. */
export interface MachineView {
  /** `undefined` where the machine does not tell. */
  readonly reading: MemoryReading | undefined;
  /** Builds that have ended although nobody said so. */
  readonly goneIds: ReadonlySet<string>;
  /** Builds whose process does nothing for the moment: they wait, and nobody has to wait for them. */
  readonly stoppedIds: ReadonlySet<string>;
  /** What running builds hold, where that can be seen; the ledger says it of the others. */
  readonly usedMiB: ReadonlyMap<string, number>;
}

/** The settings of admission, complete but for what the machine decides. */
export interface AdmissionLimits {
  readonly reserveMiB: number | undefined;
  /** At most this many builds at a time on this machine; `undefined` is as many as have room. */
  readonly maxConcurrent: number | undefined;
}

/** How many builds run at a time where no memory can be told. */
export const CONCURRENT_BUILDS_WITHOUT_MEMORY = 3;

/** A decision about one build. */
export interface Turn {
  readonly verdict: AdmissionVerdict;
  /** What all builds together may have; `undefined` where the machine does not tell. */
  readonly budgetMiB: number | undefined;
  /** The ledger with the request in it, started where it may. */
  readonly ledger: Ledger;
}

/** Puts a request into the ledger and starts it if it may. Pure. */
export function decideTurn(
  ledger: Ledger,
  request: AdmissionRequest,
  view: MachineView,
  { reserveMiB, maxConcurrent }: AdmissionLimits,
): Turn {
  const queued = enqueue(
    reap(ledger, ({ id }) => view.goneIds.has(id) && id !== request.id),
    request,
  );
  const observed = queued.entries
    .filter(({ id, status }) => id === request.id || status === 'running' || !view.stoppedIds.has(id))
    .map((entry): LedgerEntry => ({ ...entry, usedMiB: view.usedMiB.get(entry.id) ?? entry.usedMiB }));
  const usedMiB = observed.reduce((sum, entry) => sum + (entry.status === 'running' ? entry.usedMiB : 0), 0);
  const budget = view.reading && computeBudget(view.reading, usedMiB, reserveMiB);
  const verdict = admit({ ...queued, entries: observed }, request.id, {
    budgetMiB: budget?.budgetMiB,
    isUnderPressure: budget?.isUnderPressure ?? false,
    maxConcurrent: maxConcurrent ?? (budget ? Number.POSITIVE_INFINITY : CONCURRENT_BUILDS_WITHOUT_MEMORY),
  });
  return {
    verdict,
    budgetMiB: budget?.budgetMiB,
    ledger: verdict.status === 'admitted' ? start(queued, request.id, verdict.overtakes) : queued,
  };
}
