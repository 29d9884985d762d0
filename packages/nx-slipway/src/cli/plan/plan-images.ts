import type { Tools } from '../../exec/tools';
import { isSlipwayError, type Problem } from '../../errors/slipway-error';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { openPlanningGround, type PlanningGround } from '../../executors/image-build/planning-ground';
import { prepareBuild } from '../../executors/image-build/prepare-build';
import { suggestNarrow, type NarrowSuggestion } from '../../executors/image-build/suggest-narrow';
import type { WorkspacePlace } from '../../executors/task-place';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import { describeFailedPlan, describePlan, type PlannedImage } from './describe-plan';

/** How to plan. */
export interface PlanOptions {
  /** Answer as if every suggestion were taken, and all of `narrow` were proven. */
  readonly narrowAsSuggested: boolean;
}

/**
 * Plans images side by side in one process, each folder read once. What an image's build would end in is part of its plan; nothing is thrown
 * for it. Without what only an engine knows.
 */
export async function planImages(
  images: readonly WorkspaceImage[],
  place: WorkspacePlace,
  tools: Pick<Tools, 'clock'>,
  options: PlanOptions,
): Promise<readonly PlannedImage[]> {
  const ground = openPlanningGround(place, tools.clock);
  const planned: PlannedImage[] = [];
  for (const image of images) planned.push(await planImage(image, ground, options));
  await ground.save();
  return planned;
}

async function planImage(image: WorkspaceImage, ground: PlanningGround, options: PlanOptions): Promise<PlannedImage> {
  let place = { dockerfile: '', contextRoot: '' };
  try {
    const job = jobOfTarget({ ...image, workspaceRoot: ground.place.workspaceRoot });
    place = { dockerfile: job.dockerfile, contextRoot: job.buildContext || '.' };
    const suggestion = await suggestNarrow(job, ground);
    return await describeJob(image, job, suggestion, ground, options);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return describeFailedPlan(image, place, error.problem);
  }
}

async function describeJob(
  image: WorkspaceImage,
  job: ImageBuildJob,
  suggestion: NarrowSuggestion | null,
  ground: PlanningGround,
  { narrowAsSuggested }: PlanOptions,
): Promise<PlannedImage> {
  const preparation = narrowAsSuggested
    ? { narrowing: 'assumed' as const, ...(suggestion ? { narrow: suggestion.narrow } : {}) }
    : {};
  try {
    return describePlan(image, await prepareBuild(job, ground, preparation), suggestion?.option ?? null);
  } catch (error) {
    if (!isSlipwayError(error) || !isMissingBase(error.problem)) throw error;
    // The image that it is FROM was not built yet: all but the key is known.
    const prepared = await prepareBuild(job, ground, { ...preparation, missingBases: 'unknown' });
    return {
      ...describePlan(image, prepared, suggestion?.option ?? null),
      contentKey: null,
      unknown: { contentKey: error.problem.message, reuse: error.problem.message },
    };
  }
}

function isMissingBase({ code }: Problem): boolean {
  return code === 'ARTIFACT_MISSING';
}
