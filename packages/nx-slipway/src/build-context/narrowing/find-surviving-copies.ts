import { posix } from 'node:path';
import type { ContextRead, CopySources, StageCopy } from '../../dockerfile/list-copy-sources';
import type { ContextEntry } from '../build-context';
import type { PlannedRead } from '../select-entries';
import { isStageOrFrom, type StageBases } from './list-narrowed-runs';

/** An instruction by which a narrowed folder is in the image as it was copied. */
export interface SurvivingCopy {
  readonly line: number;
  /** The narrowed instruction, e.g. `COPY . .`. */
  readonly text: string;
}

/** Where a narrowed folder lies as it was copied, in one of the stages. */
export interface NarrowedPlace extends SurvivingCopy {
  readonly stage: number;
  /** Absolute; `/` where it is not known. */
  readonly path: string;
  /** Folders of the build context whose content lies there, `''` for its root; `null` where that is not known. */
  readonly folders: readonly string[] | null;
  /** It is there for one RUN only. */
  readonly isMount: boolean;
}

/** Entries of a build context, whatever narrowing leaves out of it. */
export type WholeContext = readonly Pick<ContextEntry, 'path' | 'kind'>[];

/**
 * The instructions that bring a narrowed folder, or a folder in it, as a whole into the image: a narrowed COPY in the stage that becomes the
 * image, or in one that this is FROM, and a `COPY --from` of the folder into these. A file that is added to the folder later is in the image of
 * the full build context and in no narrowed one, whatever was proven before. Pure.
 */
export function findSurvivingCopies(
  places: readonly NarrowedPlace[],
  bases: StageBases,
  targetStage: number,
): readonly SurvivingCopy[] {
  return places
    .filter(({ isMount, stage }) => !isMount && isStageOrFrom(targetStage, stage, bases))
    .map(({ line, text }) => ({ line, text }));
}

/**
 * Where narrowed folders lie as they were copied, in whichever stage: where an instruction copied or mounted them, and where a `COPY --from`
 * or a mount took them on. A path within such a folder counts as taken from it where the whole build context has a folder there; one
 * that only the build makes is a result. Pure.
 */
export function listNarrowedPlaces(
  reads: readonly PlannedRead[],
  { reads: all, stageCopies }: CopySources,
  bases: StageBases,
  whole: WholeContext,
): readonly NarrowedPlace[] {
  const narrowed = new Set(reads.filter(({ narrowedTo }) => narrowedTo !== undefined).map(({ line }) => line));
  const places = all.filter(({ line }) => narrowed.has(line)).map(placeOfRead);
  for (const place of places) {
    if (place.isMount) continue;
    for (const copy of stageCopies) {
      if (!isStageOrFrom(copy.fromStage, place.stage, bases)) continue;
      const isKnown = places.some(({ line, text }) => line === copy.line && text === place.text);
      const folders = isKnown ? undefined : takenFolders(copy, place, whole);
      if (folders === undefined) continue;
      const { line, stage, destination, instruction } = copy;
      places.push({ line, text: place.text, stage, path: destination ?? '/', folders, isMount: instruction === 'RUN' });
    }
  }
  return places;
}

/** Where the destination is not known the folder is still in that stage. */
function placeOfRead({ line, text, stage, destination, instruction, sources, parents }: ContextRead): NarrowedPlace {
  const isPlain = destination !== null && !parents && !sources.some(hasPattern);
  return {
    ...{ line, text, stage, path: destination ?? '/' },
    folders: isPlain ? sources : null,
    isMount: instruction === 'RUN',
  };
}

/** The folders that a copy takes from a place, `null` where these are not known; `undefined` where it takes none. */
function takenFolders(
  copy: StageCopy,
  place: NarrowedPlace,
  whole: WholeContext,
): readonly string[] | null | undefined {
  if (!copy.resolved || copy.sources.some(hasPattern)) return null;
  const taken = copy.sources.map((source) => foldersBelow(source, place, whole)).filter((found) => found !== undefined);
  if (taken.length === 0) return undefined;
  return copy.sources.length > 1 || taken.includes(null) ? null : taken.flatMap((folders) => folders ?? []);
}

function foldersBelow(source: string, place: NarrowedPlace, whole: WholeContext): readonly string[] | null | undefined {
  if (source === place.path) return place.folders;
  if (isAtOrAbove(source, place.path)) return null;
  if (!isAtOrAbove(place.path, source)) return undefined;
  const relative = posix.relative(place.path, source);
  if (place.folders === null) return endsInFolder(relative, whole) ? null : undefined;
  const folders = place.folders.map((folder) => posix.join(folder, relative));
  const found = folders.filter((folder) => whole.some(({ path, kind }) => path === folder && kind !== 'file'));
  return found.length > 0 ? found : undefined;
}

/** Whether some folder of the build context may be meant by a path whose beginning is not known. */
function endsInFolder(path: string, whole: WholeContext): boolean {
  const segments = path.split('/');
  const endings = segments.map((_, index) => segments.slice(index).join('/'));
  return whole.some(
    (entry) =>
      entry.kind !== 'file' && endings.some((ending) => entry.path === ending || entry.path.endsWith(`/${ending}`)),
  );
}

function hasPattern(source: string): boolean {
  return /[*?[\\]/.test(source);
}

/** Whether a folder is a path, or above it. Both absolute. Pure. */
export function isAtOrAbove(folder: string, path: string): boolean {
  const relative = posix.relative(folder, path);
  return relative === '' || !/^\.\.(\/|$)/.test(relative);
}
