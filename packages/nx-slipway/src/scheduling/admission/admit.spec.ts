import { admit, MAX_OVERTAKEN, type AdmissionVerdict, type MachineMemory } from './admit';
import type { Ledger, LedgerEntry } from './ledger';

const machine: MachineMemory = { budgetMiB: 8_000, isUnderPressure: false, maxConcurrent: Infinity };

/** A ledger in which builds came in this order. */
function ledgerOf(...entries: readonly Partial<LedgerEntry>[]): Ledger {
  return {
    schemaVersion: 1,
    nextSequence: entries.length,
    entries: entries.map((entry, sequence) => ({
      ...{ id: `b${sequence}`, name: `image-${sequence}`, holder: { pid: 1, startTicks: 1, bootId: null } },
      ...{ status: 'waiting', estimateMiB: 1_000, alone: false, sequence, overtaken: 0, usedMiB: 0, cgroups: [] },
      ...entry,
    })),
  };
}
const running = (estimateMiB: number, usedMiB = 0): Partial<LedgerEntry> => ({
  status: 'running',
  estimateMiB,
  usedMiB,
});
const waiting = (estimateMiB: number, more: Partial<LedgerEntry> = {}): Partial<LedgerEntry> => ({
  estimateMiB,
  ...more,
});
const names = (verdict: AdmissionVerdict): string[] =>
  verdict.status === 'waiting' ? verdict.behind.map(({ id }) => id) : [];

describe('admit', () => {
  it('lets a build start that fits beside those that run', () => {
    expect(admit(ledgerOf(running(5_000), waiting(3_000)), 'b1', machine)).toEqual({
      status: 'admitted',
      exceedsBudget: false,
      overtakes: [],
    });
  });

  it('says how much is free and who has the rest', () => {
    const verdict = admit(ledgerOf(running(5_000), waiting(3_001)), 'b1', machine);
    expect(verdict).toMatchObject({ status: 'waiting', reason: 'memory', freeMiB: 3_000 });
    expect(names(verdict)).toEqual(['b0']);
  });

  it('counts what a build uses where that is more than was expected of it', () => {
    expect(admit(ledgerOf(running(1_000, 6_000), waiting(3_000)), 'b1', machine)).toMatchObject({ freeMiB: 2_000 });
  });

  it('lets the first through when nothing runs, and says that it is too large', () => {
    const alone = ledgerOf(waiting(9_000));
    expect(admit(alone, 'b0', machine)).toMatchObject({ status: 'admitted', exceedsBudget: true });
    expect(admit(alone, 'b0', { ...machine, budgetMiB: -500 })).toMatchObject({ status: 'admitted' });
  });

  it('leaves nothing to others while one runs that is too large', () => {
    expect(admit(ledgerOf(running(9_000), waiting(1)), 'b1', machine)).toMatchObject({ reason: 'memory', freeMiB: 0 });
  });

  it('lets the largest that fits start first, and small ones into what it leaves', () => {
    const queue = ledgerOf(waiting(2_000), waiting(7_000), waiting(1_000), waiting(900));
    expect(admit(queue, 'b1', machine)).toMatchObject({ status: 'admitted', overtakes: ['b0'] });
    expect(admit(queue, 'b0', machine)).toMatchObject({ status: 'waiting' });
    expect(admit(queue, 'b2', machine)).toMatchObject({ status: 'admitted', overtakes: ['b0', 'b1'] });
  });

  it('lets nobody pass a build that was overtaken often enough', () => {
    const due = waiting(7_000, { overtaken: MAX_OVERTAKEN });
    const verdict = admit(ledgerOf(running(2_000), due, waiting(100)), 'b2', machine);
    expect(verdict).toMatchObject({ status: 'waiting', reason: 'turn' });
    expect(names(verdict)).toEqual(['b1']);
    expect(admit(ledgerOf(running(2_000), waiting(7_000), waiting(100)), 'b2', machine)).toMatchObject({
      status: 'admitted',
      overtakes: ['b1'],
    });
  });

  it('keeps a build that has to be alone from all others, both ways', () => {
    const lonely = waiting(1_000, { alone: true });
    expect(admit(ledgerOf(running(10), lonely), 'b1', machine)).toMatchObject({ reason: 'alone' });
    expect(admit(ledgerOf(lonely), 'b0', machine)).toMatchObject({ status: 'admitted' });
    const busy = ledgerOf({ ...running(10), alone: true }, waiting(10));
    expect(admit(busy, 'b1', machine)).toMatchObject({ status: 'waiting', reason: 'alone' });
    expect(admit(ledgerOf(running(10), lonely, waiting(10)), 'b2', machine)).toMatchObject({ reason: 'turn' });
  });

  it('never has more builds run than may, and still one', () => {
    const limited = { ...machine, maxConcurrent: 1 };
    expect(admit(ledgerOf(running(1), waiting(1)), 'b1', limited)).toMatchObject({ reason: 'slots' });
    expect(admit(ledgerOf(waiting(1)), 'b0', limited)).toMatchObject({ status: 'admitted' });
  });

  it('starts nothing beside another while tasks wait for memory already', () => {
    const short = { ...machine, isUnderPressure: true };
    expect(admit(ledgerOf(running(1), waiting(1)), 'b1', short)).toMatchObject({ reason: 'pressure' });
    expect(admit(ledgerOf(waiting(1)), 'b0', short)).toMatchObject({ status: 'admitted' });
  });

  it('goes by the number alone where the machine does not tell its memory', () => {
    const unknown = { ...machine, budgetMiB: undefined, maxConcurrent: 2 };
    expect(admit(ledgerOf(running(99_999), waiting(99_999)), 'b1', unknown)).toMatchObject({ exceedsBudget: false });
    expect(admit(ledgerOf(running(1), running(1), waiting(1)), 'b2', unknown)).toMatchObject({ reason: 'slots' });
  });
});
