import type { SlipwayCode } from '../../errors/catalogue';

/** What to do after an attempt that failed. */
export type NextAttempt =
  | { readonly kind: 'give-up' }
  /** After a pause, like before. */
  | { readonly kind: 'again'; readonly afterMs: number }
  /** When no other build runs on this machine, with twice the memory that it was expected to need. */
  | { readonly kind: 'alone' };

/** A network that failed for a moment is given this long to come back, attempt by attempt. */
export const NETWORK_PAUSES_MS = [2_000, 10_000] as const;

const OUT_OF_MEMORY: SlipwayCode = 'BUILD_STEP_OUT_OF_MEMORY';
/** What failed for reasons that are gone a moment later. A step that is wrong never ends in one of these. */
const OF_THE_NETWORK: ReadonlySet<SlipwayCode> = new Set(['BUILD_NETWORK_FAILED', 'ENGINE_REGISTRY_UNREACHABLE']);

/**
 * Whether a build that failed is tried again, and how: once alone where memory ran out, and after pauses where the network failed. Each
 * fault has its own count, so that neither takes the other's attempts. Anything else is final. Pure.
 * @param failed what the attempts until now ended in, the last one last
 */
export function decideNextAttempt(failed: readonly SlipwayCode[]): NextAttempt {
  const last = failed.at(-1);
  if (last === OUT_OF_MEMORY) {
    return failed.filter((code) => code === OUT_OF_MEMORY).length === 1 ? { kind: 'alone' } : { kind: 'give-up' };
  }
  if (last === undefined || !OF_THE_NETWORK.has(last)) return { kind: 'give-up' };
  const afterMs = NETWORK_PAUSES_MS[failed.filter((code) => OF_THE_NETWORK.has(code)).length - 1];
  return afterMs === undefined ? { kind: 'give-up' } : { kind: 'again', afterMs };
}
