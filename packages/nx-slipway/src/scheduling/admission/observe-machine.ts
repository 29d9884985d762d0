import type { MemoryReading } from '../budget/machine-memory';
import { hasProcesses, readCgroupUsage } from '../measuring/cgroup-memory';
import type { MachineView } from './decide-turn';
import type { Ledger, LedgerEntry } from './ledger';
import { observeHolder, readBootId } from './process-identity';

/** Looks at the machine and at everyone in the ledger. */
export function observeMachine(ledger: Ledger, readMemory: () => MemoryReading | undefined): MachineView {
  // First what is available, then who holds memory: what is freed between the two is then missed, and never counted twice.
  const reading = readMemory();
  const bootId = readBootId();
  const holders = ledger.entries.map((entry) => ({ entry, state: observeHolder(entry.holder, bootId) }));
  const gone = holders.filter(({ entry, state }) => state === 'gone' && !entry.cgroups.some(hasProcesses));
  const used = ledger.entries.flatMap((entry): [string, number][] => {
    const usedMiB = readUsed(entry);
    return usedMiB === undefined ? [] : [[entry.id, usedMiB]];
  });
  return {
    reading,
    goneIds: new Set(gone.map(({ entry }) => entry.id)),
    stoppedIds: new Set(holders.filter(({ state }) => state === 'stopped').map(({ entry }) => entry.id)),
    usedMiB: new Map(used),
  };
}

/** Takes the ledger at its word, and looks only at the machine's memory. */
export function viewAsWritten(readMemory: () => MemoryReading | undefined): MachineView {
  return { reading: readMemory(), goneIds: new Set(), stoppedIds: new Set(), usedMiB: new Map() };
}

function readUsed({ status, cgroups }: LedgerEntry): number | undefined {
  if (status !== 'running' || cgroups.length === 0) return undefined;
  const amounts = cgroups.map((folder) => readCgroupUsage(folder)?.heldMiB ?? 0);
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
