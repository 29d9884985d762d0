import * as z from 'zod';

const BYTES_PER_MIB = 1_048_576;

/** Bytes of each unit: binary ones as IEC 60027-2 and Kubernetes write them, decimal ones as SI does. */
const UNITS: Readonly<Record<string, number>> = {
  KiB: 1_024,
  MiB: BYTES_PER_MIB,
  GiB: 1_073_741_824,
  TiB: 1_099_511_627_776,
  Ki: 1_024,
  Mi: BYTES_PER_MIB,
  Gi: 1_073_741_824,
  Ti: 1_099_511_627_776,
  kB: 1_000,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
};

/** What an amount of memory looks like; also the `pattern` of it in the published schemas. */
export const MEMORY_AMOUNT_PATTERN = /^\d+(?:\.\d+)? ?(?:[KMGT]iB?|[kKMGT]B)$/;

/**
 * An amount of memory in MiB, rounded up: `"2GiB"`, `"1.5 GiB"`, `"800MB"`, or a number of bytes as docker and Kubernetes take it. `undefined` for
 * anything else, also for less than 1 MiB, which is a number of MiB meant for one of bytes, and for `2g`, which docker and Kubernetes read differently. Pure.
 */
export function parseMemoryAmount(amount: string | number): number | undefined {
  const bytes = typeof amount === 'number' ? amount : parseText(amount);
  return bytes !== undefined && Number.isFinite(bytes) && bytes >= BYTES_PER_MIB
    ? Math.ceil(bytes / BYTES_PER_MIB)
    : undefined;
}

function parseText(text: string): number | undefined {
  if (!MEMORY_AMOUNT_PATTERN.test(text)) return undefined;
  const factor = UNITS[text.replace(/^[\d.]+ ?/, '')];
  return factor === undefined ? undefined : Number.parseFloat(text) * factor;
}

/** An option that is an amount of memory; kept as it was written, so that graph and hash show what the user wrote. */
export const memoryAmountSchema = z
  .union([z.string(), z.number()])
  .refine((amount) => parseMemoryAmount(amount) !== undefined, {
    error: ({ input }) => `${JSON.stringify(input)} is not an amount of memory, e.g. "2GiB" or "800MB"`,
  });

/** An amount for people: `640 MiB`, `2.0 GiB`. Pure. */
export function renderMiB(amountMiB: number): string {
  const rounded = Math.round(amountMiB);
  return rounded < 1_024 ? `${rounded} MiB` : `${(rounded / 1_024).toFixed(1)} GiB`;
}
