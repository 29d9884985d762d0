import type { AdmissionVerdict } from './admit';
import type { LedgerEntry } from './ledger';
import { renderWaiting } from './render-waiting';

const entry = (name: string, estimateMiB: number): LedgerEntry => ({
  ...{ id: name, name, estimateMiB, holder: { pid: 1, startTicks: 1, bootId: null }, status: 'running' },
  ...{ alone: false, sequence: 0, overtaken: 0, usedMiB: 0, cgroups: [] },
});
const waiting = (reason: 'memory' | 'turn' | 'slots' | 'pressure' | 'alone', ...behind: LedgerEntry[]) =>
  ({ status: 'waiting', reason, freeMiB: 1_200, behind }) satisfies AdmissionVerdict;
const web = { name: 'web', estimateMiB: 3_072 };

describe('renderWaiting', () => {
  it('says for how much and behind whom', () => {
    expect(renderWaiting(web, waiting('memory', entry('api', 4_096), entry('db', 512)))).toBe(
      'web: waiting for 3.0 GiB of memory, 1.2 GiB are free, behind api (4.0 GiB), db (512 MiB)',
    );
  });

  it('names some of many', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => entry(name, 100));
    expect(renderWaiting(web, waiting('memory', ...many))).toMatch(/d \(100 MiB\), 2 more$/);
  });

  it.each(['turn', 'slots', 'pressure', 'alone'] as const)('has a line for waiting because of %s', (reason) => {
    expect(renderWaiting(web, waiting(reason, entry('api', 4_096)))).toMatch(/^web: waiting.*api \(4\.0 GiB\)/);
  });
});
