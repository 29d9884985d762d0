import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/** One image's build, with the text of its Dockerfile. */
export interface JobReading {
  readonly job: ImageBuildJob;
  readonly dockerfileText: string;
}

/**
 * The builds of images, as their executors would make them, with their Dockerfiles.
 * @throws {SlipwayError} CONFIG_OPTIONS_INVALID, DOCKERFILE_MISSING
 */
export function readJobs(images: readonly WorkspaceImage[], workspaceRoot: string): Promise<JobReading[]> {
  return Promise.all(
    images.map(async (image) => {
      const job = jobOfTarget({ ...image, workspaceRoot });
      return { job, dockerfileText: await readDockerfile(job) };
    }),
  );
}

async function readDockerfile({ workspaceRoot, dockerfile: path, project }: ImageBuildJob): Promise<string> {
  return readFile(join(workspaceRoot, path), 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = { EISDIR: 'is a folder', ENOENT: 'does not exist' };
    const reason = reasons[code ?? ''] ?? `cannot be read (${message})`;
    throw new SlipwayError('DOCKERFILE_MISSING', { path, project, reason }, { cause: error });
  });
}
