import { SlipwayError } from '../../errors/slipway-error';

const HOUR_MS = 3_600_000;
const UNITS_MS = { h: HOUR_MS, d: 24 * HOUR_MS, w: 168 * HOUR_MS } as const;

/** The value of `--olderThan` in milliseconds: `12h`, `7d`, `2w` or `0`. Pure. @throws {SlipwayError} CONFIG_ARGUMENT_INVALID */
export function parseAge(text: string): number {
  if (text === '0') return 0;
  const [, count, unit] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    const reason = `The option --olderThan takes an age such as 12h, 7d, 2w or 0, and not "${text}"`;
    throw new SlipwayError('CONFIG_ARGUMENT_INVALID', { command: 'gc', reason, suggestion: '' });
  }
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
