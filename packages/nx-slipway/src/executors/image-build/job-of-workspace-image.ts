import { parseOptions } from '../parse-options';
import type { WorkspacePlace } from '../task-place';
import { imageBuildOptionsSchema, normalizeImageBuildJob, type ImageBuildJob } from './image-build-options';

/**
 * The build of an image by its name, whichever project has it.
 * @throws {SlipwayError} CONFIG_OPTIONS_INVALID
 */
export function jobOfWorkspaceImage(image: string, place: WorkspacePlace): ImageBuildJob {
  const found = place.workspaceImages.find((candidate) => candidate.image === image);
  if (!found) throw new Error(`no project builds the image ${image}`);
  return jobOfTarget({ ...found, workspaceRoot: place.workspaceRoot });
}

/** A target that builds an image. */
export interface BuildTarget {
  readonly project: string;
  readonly target: string;
  readonly projectRoot: string;
  readonly options: unknown;
  readonly workspaceRoot: string;
}

/** The build that a target's options describe. @throws {SlipwayError} CONFIG_OPTIONS_INVALID */
export function jobOfTarget(target: BuildTarget): ImageBuildJob {
  const options = parseOptions(imageBuildOptionsSchema, target.options, `${target.project}:${target.target}`);
  return normalizeImageBuildJob(options, { ...target, architecture: process.arch });
}
