/** How often what RUN lines fetch from a network is fetched anew: `12h`, `7d`, `2w`. */
export const REFRESH_PATTERN = /^([1-9]\d{0,3})([hdw])$/;

const HOURS = { h: 1, d: 24, w: 168 } as const;

/** Milliseconds in the unit in which time enters a graph. */
export const HOUR_MS = 3_600_000;

/**
 * The number of whole periods since 1970: the same for every machine within one of them, so a period ends everywhere at once. `undefined` for what is
 * no period. Pure.
 * @param hour whole hours since 1970
 */
export function refreshEpochOf(refresh: string, hour: number): number | undefined {
  const [, count, unit] = REFRESH_PATTERN.exec(refresh) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Math.floor(hour / (Number(count) * HOURS[unit as keyof typeof HOURS]));
}
