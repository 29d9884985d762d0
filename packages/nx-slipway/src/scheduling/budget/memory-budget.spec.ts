import { parseMeminfo, parsePressure, type MemoryReading } from './machine-memory';
import { computeBudget, PRESSURE_BRAKE_PERCENT } from './memory-budget';

const reading: MemoryReading = { totalMiB: 16_000, availableMiB: 10_000, limits: [], pressurePercent: undefined };

describe('computeBudget', () => {
  it('is what is available and what builds hold already, less the reserve', () => {
    expect(computeBudget(reading, 2_000, 1_000)).toMatchObject({ budgetMiB: 11_000, reserveMiB: 1_000 });
  });

  it('reserves the larger of a tenth and 512 MiB where nothing is said', () => {
    expect(computeBudget(reading, 0, undefined)).toMatchObject({ budgetMiB: 8_400, reserveMiB: 1_600 });
    expect(computeBudget({ ...reading, totalMiB: 4_000, availableMiB: 3_000 }, 0, undefined)).toMatchObject({
      budgetMiB: 2_488,
      reserveMiB: 512,
    });
  });

  it('keeps below the tightest of all limits, whatever the machine has', () => {
    const limits = [
      { limitMiB: 8_000, heldMiB: 1_000 },
      { limitMiB: 6_000, heldMiB: 2_000 },
    ];
    expect(computeBudget({ ...reading, limits }, 500, undefined)).toMatchObject({ budgetMiB: 3_900, reserveMiB: 600 });
  });

  it('never is more than there is, where what builds are said to hold is out of date', () => {
    expect(computeBudget(reading, 12_000, 0).budgetMiB).toBe(16_000);
  });

  it('is the whole of a virtual machine of which only the total is known', () => {
    expect(computeBudget({ ...reading, availableMiB: undefined }, 3_000, 1_000).budgetMiB).toBe(15_000);
  });

  it('is under pressure from a share of the time on', () => {
    const at = (pressurePercent: number): boolean =>
      computeBudget({ ...reading, pressurePercent }, 0, 0).isUnderPressure;
    expect([at(PRESSURE_BRAKE_PERCENT - 0.1), at(PRESSURE_BRAKE_PERCENT)]).toEqual([false, true]);
    expect(computeBudget(reading, 0, 0).isUnderPressure).toBe(false);
  });
});

describe('what Linux tells of its memory', () => {
  it('is read from /proc/meminfo', () => {
    const text =
      'MemTotal:       24684084 kB\nMemFree:        22114800 kB\nMemAvailable:   23462692 kB\nHugePages_Total:       0\n';
    expect(parseMeminfo(text)).toEqual({ totalMiB: 24_684_084 / 1_024, availableMiB: 23_462_692 / 1_024 });
    expect(parseMeminfo(text.replace('MemAvailable', 'Other'))?.availableMiB).toBe(22_114_800 / 1_024);
    expect(parseMeminfo('')).toBeUndefined();
  });

  it('is read from /proc/pressure/memory', () => {
    const text = 'some avg10=12.50 avg60=0.00 avg300=0.00 total=0\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=0\n';
    expect(parsePressure(text)).toBe(12.5);
    expect(parsePressure('')).toBeUndefined();
  });
});
