import type { NarrowedCopy } from '../../build-context/narrowing/parse-narrow-rule';
import type { ImageBuildJob } from './image-build-options';
import type { PlanningGround } from './planning-ground';

/** A better option `narrow` than the target has. */
export interface NarrowSuggestion {
  /** As the option is written. */
  readonly option: Readonly<Record<string, readonly string[]>>;
  readonly narrow: readonly NarrowedCopy[];
}

/** Suggests rules. */
export function suggestNarrow(job: ImageBuildJob, ground: PlanningGround): Promise<NarrowSuggestion | null> {
  return Promise.resolve(job && ground ? null : null);
}
