import { posix } from 'node:path';
import {
  findSurvivingCopies,
  isAtOrAbove,
  listNarrowedPlaces,
  type NarrowedPlace,
  type SurvivingCopy,
  type WholeContext,
} from '../../build-context/narrowing/find-surviving-copies';
import { findUnprovableCommands } from '../../build-context/narrowing/find-unprovable-commands';
import type { WholeTreeRead } from '../../build-context/narrowing/find-whole-tree-reads';
import { listNarrowedRuns } from '../../build-context/narrowing/list-narrowed-runs';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { selectStages } from '../../dockerfile/select-stages';
import { listStageBases } from './list-stage-bases';
import type { PreparedBuild } from './prepare-build';
import { selectionOfJob } from './selection-of-job';

/** Why comparing images proves nothing about a narrowed build; both lists are empty where it does. */
export interface ProofRefusal {
  /** Commands that see what was narrowed, and may miss some of it without a trace in the image. */
  readonly reads: readonly WholeTreeRead[];
  /** Narrowed folders that are in the image itself: a file that is added to one would be left out in silence. */
  readonly surviving: readonly SurvivingCopy[];
}

/**
 * What keeps images from being compared. The build is prepared with its narrowing assumed; rules that are trusted are not judged. Pure.
 * @param whole the staged context without narrowing
 */
export function findProofRefusal(
  { job, sources, dockerfileText, ...prepared }: PreparedBuild,
  whole: WholeContext,
): ProofRefusal {
  const selection = selectionOfJob(job);
  const dockerfile = parseDockerfile(dockerfileText, job.dockerfile);
  const bases = listStageBases(dockerfile, selection);
  const trusted = new Set(job.narrow.flatMap((copy) => (copy.trusted ? [copy.copyText] : [])));
  const reads = prepared.reads.filter(({ text }) => !trusted.has(text));
  const lastStage = Math.max(...selectStages(dockerfile, selection).map(({ stage }) => stage.index));
  const places = listNarrowedPlaces(reads, sources, bases, whole);
  const paths = [...new Set(places.map(({ path }) => path))];
  return {
    reads: findUnprovableCommands(listNarrowedRuns(reads, sources, bases), paths, copiedPaths(places, whole)),
    surviving: findSurvivingCopies(places, bases, lastStage),
  };
}

/** Whether an absolute path has something of the build context, as far as it is known where that was copied to. */
function copiedPaths(places: readonly NarrowedPlace[], whole: WholeContext): (path: string) => boolean {
  const known = new Set(whole.map(({ path }) => path));
  return (path) =>
    places.some(
      (place) =>
        isAtOrAbove(place.path, path) &&
        (place.folders ?? []).some((folder) => known.has(posix.join(folder, posix.relative(place.path, path)))),
    );
}
