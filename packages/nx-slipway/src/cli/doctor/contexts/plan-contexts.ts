import { posix } from 'node:path';
import { isSlipwayError, type Problem } from '../../../errors/slipway-error';
import type { ImageBuildJob } from '../../../executors/image-build/image-build-options';
import type { PlanningGround } from '../../../executors/image-build/planning-ground';
import {
  prepareBuild,
  type PreparationOptions,
  type PreparedBuild,
} from '../../../executors/image-build/prepare-build';
import { suggestNarrow, type NarrowSuggestion } from '../../../executors/image-build/suggest-narrow';
import { countTouching, type ChangeHistory } from './change-history';

/** One image as its next build would be, and as it would be with what is suggested for it. */
export interface PlannedContext {
  readonly job: ImageBuildJob;
  readonly prepared: PreparedBuild;
  /** `null` where nothing better is known than what the target has. */
  readonly narrowed: { readonly suggestion: NarrowSuggestion; readonly prepared: PreparedBuild } | null;
}

/** An image that cannot be planned, since its build would end in an error. */
export interface UnplannedContext {
  readonly job: ImageBuildJob;
  readonly problem: Problem;
}

/** Plans images, none of them built. A suggestion whose plan ends in an error is none. */
export async function planContexts(
  jobs: readonly ImageBuildJob[],
  ground: PlanningGround,
): Promise<{ readonly planned: readonly PlannedContext[]; readonly unplanned: readonly UnplannedContext[] }> {
  const planned: PlannedContext[] = [];
  const unplanned: UnplannedContext[] = [];
  for (const job of jobs) {
    const prepared = await tryPlan(job, ground);
    if ('problem' in prepared) unplanned.push({ job, problem: prepared.problem });
    else planned.push({ job, prepared: prepared.prepared, narrowed: await planSuggestion(job, ground) });
  }
  return { planned, unplanned };
}

/**
 * A build as planned, or the problem that it would end in. Images of the workspace that it is FROM need not have been built; then it cannot be built
 * as it was planned.
 */
export async function tryPlan(
  job: ImageBuildJob,
  ground: PlanningGround,
  options: PreparationOptions = {},
): Promise<{ readonly prepared: PreparedBuild } | { readonly problem: Problem }> {
  try {
    return { prepared: await prepareBuild(job, ground, options) };
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    if (error.code !== 'ARTIFACT_MISSING' || options.missingBases === 'unknown') return { problem: error.problem };
    return tryPlan(job, ground, { ...options, missingBases: 'unknown' });
  }
}

async function planSuggestion(job: ImageBuildJob, ground: PlanningGround): Promise<PlannedContext['narrowed']> {
  const suggestion = await suggestNarrow(job, ground);
  if (suggestion === null) return null;
  const plan = await tryPlan(job, ground, { narrowing: 'assumed', narrow: suggestion.narrow });
  return 'prepared' in plan ? { suggestion, prepared: plan.prepared } : null;
}

/**
 * How many of the last commits changed a file that a build is given, or its Dockerfile: for so many states of the branch it would be built.
 * Counted by the files that there are now. `null` where the history is not known. Pure.
 */
export function countRebuilds({ job, buildContext }: PreparedBuild, history: ChangeHistory): number | null {
  if (history.status === 'unknown') return null;
  const deciding = new Set([
    job.dockerfile,
    ...buildContext.entries
      .filter(({ kind }) => kind !== 'directory')
      .map(({ path }) => posix.join(job.buildContext, path)),
  ]);
  return countTouching(history.commits, (path) => deciding.has(path));
}
