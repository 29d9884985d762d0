import { posix } from 'node:path';
import type { CopySources, StageCopy } from '../../dockerfile/list-copy-sources';
import type { PlannedRead } from '../select-entries';
import { isStageOrFrom, type StageBases } from './list-narrowed-runs';

/** An instruction by which a narrowed folder is in the image as it was copied. */
export interface SurvivingCopy {
  readonly line: number;
  /** The narrowed instruction, e.g. `COPY . .`. */
  readonly text: string;
}

interface NarrowedPlace extends SurvivingCopy {
  readonly stage: number;
  readonly path: string;
}

/**
 * The instructions that bring a narrowed folder as a whole into the image: a narrowed COPY in the stage that becomes the image, or in one that this
 * is FROM, and a `COPY --from` of the folder into these. A file that is added to the folder later is in the image of the full build context and in
 * no narrowed one, whatever was proven before. Pure.
 */
export function findSurvivingCopies(
  reads: readonly PlannedRead[],
  sources: CopySources,
  bases: StageBases,
  targetStage: number,
): readonly SurvivingCopy[] {
  const survives = ({ stage }: { readonly stage: number }): boolean => isStageOrFrom(targetStage, stage, bases);
  return listNarrowedPlaces(reads, sources, bases)
    .filter(survives)
    .map(({ line, text }) => ({ line, text }));
}

/** Absolute paths, in whichever stage, at which a narrowed folder lies as it was copied. Pure. */
export function listNarrowedPaths(
  reads: readonly PlannedRead[],
  sources: CopySources,
  bases: StageBases,
): readonly string[] {
  return [...new Set(listNarrowedPlaces(reads, sources, bases).map(({ path }) => path))];
}

function listNarrowedPlaces(
  reads: readonly PlannedRead[],
  { reads: all, stageCopies }: CopySources,
  bases: StageBases,
): readonly NarrowedPlace[] {
  const narrowed = new Set(reads.filter(({ narrowedTo }) => narrowedTo !== undefined).map(({ line }) => line));
  const places: NarrowedPlace[] = all
    .filter(({ line, instruction }) => narrowed.has(line) && instruction !== 'RUN')
    // Where the destination is not known the folder is still in that stage.
    .map(({ line, text, stage, destination }) => ({ line, text, stage, path: destination ?? '/' }));
  const copies = stageCopies.filter(({ instruction }) => instruction === 'COPY');
  for (const place of places) {
    for (const copy of copies) {
      if (!takes(copy, place, bases) || places.some(({ line }) => line === copy.line)) continue;
      places.push({ line: copy.line, text: place.text, stage: copy.stage, path: copy.destination ?? '/' });
    }
  }
  return places;
}

function takes(copy: StageCopy, place: NarrowedPlace, bases: StageBases): boolean {
  if (!isStageOrFrom(copy.fromStage, place.stage, bases)) return false;
  return !copy.resolved || copy.sources.some((source) => /[*?[\\]/.test(source) || isAtOrAbove(source, place.path));
}

/** Whether a folder is a path, or above it. Both absolute. Pure. */
export function isAtOrAbove(folder: string, path: string): boolean {
  const relative = posix.relative(folder, path);
  return relative === '' || !/^\.\.(\/|$)/.test(relative);
}
