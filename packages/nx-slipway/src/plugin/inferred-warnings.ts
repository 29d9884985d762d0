import type { Problem } from '../errors/slipway-error';

/** Where a target's metadata has what inference warns of: outside of the options, which are part of the project's hash. */
export const WARNINGS_KEY = 'slipwayWarnings';

/** What was decided about a target when the graph was made and its user may not expect, from the target's configuration. Pure. */
export function readInferredWarnings(target: { readonly metadata?: object }): readonly Problem[] {
  const warnings = (target.metadata as { readonly [WARNINGS_KEY]?: unknown } | undefined)?.[WARNINGS_KEY];
  return Array.isArray(warnings) ? (warnings as readonly Problem[]) : [];
}
