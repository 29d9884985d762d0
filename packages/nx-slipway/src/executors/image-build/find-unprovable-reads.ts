import { findWholeTreeReads, type WholeTreeRead } from '../../build-context/narrowing/find-whole-tree-reads';
import { listNarrowedRuns } from '../../build-context/narrowing/list-narrowed-runs';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { listStageBases } from './list-stage-bases';
import type { PreparedBuild } from './prepare-build';

/**
 * The commands for which comparing images proves nothing about a narrowed build: they see what was narrowed, and what they miss of it may leave no
 * trace in the image. The build is prepared with its narrowing assumed. Pure.
 */
export function findUnprovableReads({ job, reads, sources, dockerfileText }: PreparedBuild): readonly WholeTreeRead[] {
  const { targetStage, buildArgs } = job.options;
  const dockerfile = parseDockerfile(dockerfileText, job.dockerfile);
  const bases = listStageBases(dockerfile, { buildArgs, targetStage, platform: job.platform });
  return findWholeTreeReads(listNarrowedRuns(reads, sources, bases));
}
