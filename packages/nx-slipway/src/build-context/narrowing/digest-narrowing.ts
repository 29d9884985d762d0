import { hash } from 'node:crypto';
import type { NarrowedCopy } from './parse-narrow-rule';

/**
 * What a proof of narrowing speaks of: change any of it, and the proof is void. Not the platform: what a rule leaves out is the same for all of them, and a proof
 * made by CI holds on a laptop of another architecture.
 */
export interface NarrowingSubject {
  readonly dockerfileText: string;
  /** Workspace-relative. */
  readonly contextRoot: string;
  readonly targetStage: string | null;
  /** What the ignore file says: with less in it the full build context holds more than was compared. `null` where there is none. */
  readonly ignoreText: string | null;
  /** Those that are not stamps. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly narrow: readonly NarrowedCopy[];
  /** Additional build contexts: name to workspace-relative folder. */
  readonly namedContexts?: Readonly<Record<string, string>>;
}

/** Identifies a Dockerfile together with its narrowing rules: `sha256:<64 hex>`, kept in `slipway.lock.json` by `prove`. Pure. */
export function digestNarrowing({
  dockerfileText,
  contextRoot,
  targetStage,
  ignoreText,
  buildArgs,
  narrow,
  namedContexts = {},
}: NarrowingSubject): string {
  const canonical = {
    dockerfile: hash('sha256', dockerfileText, 'hex'),
    contextRoot,
    targetStage,
    ignoreFile: ignoreText === null ? null : hash('sha256', ignoreText, 'hex'),
    buildArgs: sortedByKey(Object.entries(buildArgs)),
    narrow: sortedByKey(narrow.map(({ copyText, rules, trusted }) => [copyText, { rules, trusted }] as const)),
    // Absent where there are none, so that it did not change the digests of builds without them.
    ...(Object.keys(namedContexts).length === 0 ? {} : { namedContexts: sortedByKey(Object.entries(namedContexts)) }),
  };
  return `sha256:${hash('sha256', JSON.stringify(canonical), 'hex')}`;
}

function sortedByKey<Row extends readonly [string, unknown]>(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
