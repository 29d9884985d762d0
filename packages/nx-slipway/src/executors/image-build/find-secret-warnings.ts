import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildContext } from '../../build-context/build-context';
import {
  findSuspectedSecrets,
  SECRET_HEAD_BYTES,
  type SuspectedSecret,
} from '../../build-context/find-suspected-secrets';
import { describeProblem, type Problem } from '../../errors/slipway-error';
import type { ImageBuildJob } from './image-build-options';

/** The files of a staged context that look like secrets. Reads the heads of those whose names speak of one, and of no others. */
export function findStagedSecrets({ entries, root }: BuildContext): readonly SuspectedSecret[] {
  const contents = new Map(entries.flatMap(({ path, content }) => (content === undefined ? [] : [[path, content]])));
  return findSuspectedSecrets(entries, (path) => contents.get(path) ?? readHead(join(root, path)));
}

/** A warning for each of these files: it is sent to the engine, and may end up in the image. */
export function findSecretWarnings(job: ImageBuildJob, buildContext: BuildContext): Problem[] {
  return findStagedSecrets(buildContext).map((secret) => describeSecret(job, secret));
}

/** The warning for one file. Pure. */
export function describeSecret({ image, project, target }: ImageBuildJob, { path, reason }: SuspectedSecret): Problem {
  return describeProblem('CONTEXT_SECRET_SUSPECTED', { path, image, reason, target: `${project}:${target}` });
}

/** A file that has gone meanwhile, or cannot be read, is the staging's to report. */
function readHead(absolutePath: string): string | undefined {
  try {
    const file = openSync(absolutePath, 'r');
    try {
      const buffer = Buffer.alloc(SECRET_HEAD_BYTES);
      return buffer.toString('utf8', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
