import type { MemoryReading } from './machine-memory';

/** The part of a machine's memory that builds leave alone where no `reserve` is set: the larger of the two. */
export const DEFAULT_RESERVE_SHARE = 0.1;
export const DEFAULT_RESERVE_MIB = 512;

/** From this share of ten seconds on in which tasks waited for memory, in percent, no build is started beside another. */
export const PRESSURE_BRAKE_PERCENT = 10;

/** What all builds together may have of a machine. */
export interface MemoryBudget {
  /** Those that run included. May be zero or less where others use all. */
  readonly budgetMiB: number;
  readonly reserveMiB: number;
  readonly isUnderPressure: boolean;
}

/**
 * What all builds may have: what is available and what running builds hold already, below every limit, less the reserve. Pure.
 * @param usedMiB what running builds hold now
 * @param reserveMiB the option `reserve`; `undefined` is the default
 */
export function computeBudget(reading: MemoryReading, usedMiB: number, reserveMiB: number | undefined): MemoryBudget {
  const { totalMiB, availableMiB, limits, pressurePercent } = reading;
  const capacityMiB = Math.min(totalMiB, ...limits.map(({ limitMiB }) => limitMiB));
  const reserve = reserveMiB ?? Math.max(capacityMiB * DEFAULT_RESERVE_SHARE, DEFAULT_RESERVE_MIB);
  const availableToBuilds = Math.min(
    availableMiB ?? totalMiB - usedMiB,
    ...limits.map(({ limitMiB, heldMiB }) => limitMiB - heldMiB),
  );
  return {
    // What running builds are said to hold may be out of date: more than there is they cannot have.
    budgetMiB: Math.min(availableToBuilds + usedMiB, capacityMiB) - reserve,
    reserveMiB: reserve,
    isUnderPressure: (pressurePercent ?? 0) >= PRESSURE_BRAKE_PERCENT,
  };
}
