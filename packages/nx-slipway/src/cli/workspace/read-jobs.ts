import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { readDockerfile } from '../../executors/image-build/read-dockerfile';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/** One image's build, with the text of its Dockerfile. */
export interface JobReading {
  readonly job: ImageBuildJob;
  readonly dockerfileText: string;
}

/**
 * The builds of images, as their executors would make them, with their Dockerfiles.
 * @throws {SlipwayError} CONFIG_OPTIONS_INVALID, DOCKERFILE_MISSING, DOCKERFILE_SYNTAX_INVALID
 */
export function readJobs(images: readonly WorkspaceImage[], workspaceRoot: string): Promise<JobReading[]> {
  return Promise.all(
    images.map(async (image) => {
      const job = jobOfTarget({ ...image, workspaceRoot });
      return { job, dockerfileText: await readDockerfile(job) };
    }),
  );
}
