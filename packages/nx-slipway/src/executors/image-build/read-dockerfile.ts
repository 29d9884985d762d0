import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNoLink } from '../../build-context/assert-no-link';
import { SlipwayError } from '../../errors/slipway-error';
import type { ImageBuildJob } from './image-build-options';

/**
 * The text of a job's Dockerfile: written again as UTF-8 it is the same bytes.
 * @throws {SlipwayError} DOCKERFILE_MISSING, CONTEXT_ROOT_LINKED, DOCKERFILE_SYNTAX_INVALID where it is not UTF-8
 */
export async function readDockerfile(
  job: Pick<ImageBuildJob, 'workspaceRoot' | 'dockerfile' | 'project'>,
): Promise<string> {
  const path = join(job.workspaceRoot, job.dockerfile);
  const bytes = await readFile(path).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EISDIR' ? 'is a folder' : code === 'ENOENT' ? 'does not exist' : `cannot be read (${message})`;
    throw new SlipwayError(
      'DOCKERFILE_MISSING',
      { path: job.dockerfile, project: job.project, reason },
      { cause: error },
    );
  });
  assertNoLink(job.workspaceRoot, job.dockerfile, 'The Dockerfile');
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  // The engine gets this text; a byte that is lost in it would make another image than the file says.
  const line = text.split('\uFFFD', 1)[0]?.split('\n').length ?? 1;
  const shown = text.split('\n')[line - 1]?.trim() ?? '';
  throw new SlipwayError('DOCKERFILE_SYNTAX_INVALID', {
    source: job.dockerfile,
    line,
    text: shown,
    reason: 'a Dockerfile is UTF-8',
  });
}
