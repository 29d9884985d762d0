import { parseOptions } from '../parse-options';
import type { WorkspacePlace } from '../task-place';
import { imageBuildOptionsSchema, normalizeImageBuildJob, type ImageBuildJob } from './image-build-options';

/**
 * The build of an image by its name, whichever project has it.
 * @param configuration that of its target; one that the target does not have changes nothing, as in Nx
 * @throws {SlipwayError} CONFIG_OPTIONS_INVALID
 */
export function jobOfWorkspaceImage(image: string, place: WorkspacePlace, configuration?: string): ImageBuildJob {
  const found = place.workspaceImages.find((candidate) => candidate.image === image);
  if (!found) throw new Error(`no project builds the image ${image}`);
  const configured = configuration === undefined ? undefined : found.configurations?.[configuration];
  const options = { ...found.options, ...configured };
  return jobOfTarget({ ...found, options, ...(configured && { configuration }), workspaceRoot: place.workspaceRoot });
}

/** A target that builds an image. */
export interface BuildTarget {
  readonly project: string;
  readonly target: string;
  readonly projectRoot: string;
  readonly options: unknown;
  readonly workspaceRoot: string;
  /** In which of its configurations the target is run; its options are among `options`. */
  readonly configuration?: string | undefined;
}

/** The build that a target's options describe. @throws {SlipwayError} CONFIG_OPTIONS_INVALID */
export function jobOfTarget(target: BuildTarget): ImageBuildJob {
  const options = parseOptions(imageBuildOptionsSchema, target.options, `${target.project}:${target.target}`);
  return normalizeImageBuildJob(options, { ...target, architecture: process.arch });
}
