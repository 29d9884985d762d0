import { statfs } from 'node:fs/promises';
import { describeProblem, type Problem } from '../errors/slipway-error';
import type { OwnImages } from './own-images';

/** A place whose disk a build fills. */
export interface FilledPlace {
  /** In words, e.g. `podman's storage`. */
  readonly title: string;
  /** Absolute path; `undefined` where it is not known. */
  readonly path: string | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** Free space of the disk that holds a path, in MiB, as any user may use it; `undefined` where it cannot be told. */
export async function readFreeMiB(path: string): Promise<number | undefined> {
  const space = await statfs(path).catch(() => undefined);
  return space && Math.floor((space.bavail * space.bsize) / MEBIBYTE);
}

/** Staged files are copied once to be sent and once into a layer; what RUN steps write is not known. */
const COPIES = 2;
/** Below this an engine cannot do much, whatever the build is. */
export const LEAST_FREE_MIB = 512;

/** What a build may need on a disk at least, in MiB. Pure. */
export function estimateSpaceMiB(stagedBytes: number): number {
  return Math.ceil((stagedBytes * COPIES) / MEBIBYTE) + LEAST_FREE_MIB;
}

/** BUILD_SPACE_LOW for each disk that has less than a build may need, as far as can be told before it runs. */
export async function findLowSpace(stagedBytes: number, places: readonly FilledPlace[]): Promise<Problem[]> {
  const neededMiB = estimateSpaceMiB(stagedBytes);
  const problems = places.map(async ({ title, path }) => {
    const freeMiB = path === undefined ? undefined : await readFreeMiB(path);
    if (freeMiB === undefined || freeMiB >= neededMiB) return [];
    return [describeProblem('BUILD_SPACE_LOW', { place: `${title} (${path})`, freeMiB, neededMiB })];
  });
  return (await Promise.all(problems)).flat();
}

/** What is known of full disks, in sentences that each begin with a blank: how much is free where, and how much of it images of ours take. Never throws. */
export async function renderDiskSpace(places: readonly FilledPlace[], images: OwnImages): Promise<string> {
  const free = places.map(async ({ title, path }) => {
    const freeMiB = path === undefined ? undefined : await readFreeMiB(path);
    return freeMiB === undefined ? '' : ` The disk of ${title} (${path}) has ${freeMiB} MiB free.`;
  });
  const own = await images.list([]).catch(() => undefined);
  const ownMiB = Math.ceil(
    (own ?? []).reduce((sum, { sizeBytes, hasChildren }) => sum + (hasChildren ? 0 : sizeBytes), 0) / MEBIBYTE,
  );
  const share =
    own === undefined ? '' : ` Images of nx-slipway take ${ownMiB} MiB of ${images.engine}'s storage at most.`;
  return (await Promise.all(free)).join('') + share;
}
