import type { BuildRecord, ImageRecord } from '../../artifact/image-record';
import { readBuildRecord, readImageRecord, type RecordProducer } from '../../artifact/record-files';
import type { Clock } from '../../exec/tools';
import type { WorkspacePlace } from '../task-place';
import { jobOfWorkspaceImage } from './job-of-workspace-image';
import { openPlanningGround, type PlanningGround } from './planning-ground';
import { prepareBuild, type PreparedBuild } from './prepare-build';

/** An image's claims, and what its files say now. */
export interface ClaimedImage {
  readonly record: ImageRecord;
  readonly build: BuildRecord;
  readonly prepared: PreparedBuild;
}

/**
 * The images that `image.json` files describe, as long as each claim belongs to the working tree as it is now; `undefined` when
 * one does not. Computes the content keys anew. Asks no engine, and leads to no build.
 * @throws {SlipwayError} ARTIFACT codes where a claim is missing or damaged; DOCKERFILE and CONTEXT codes
 */
export async function readVerifiedClaims(
  names: readonly string[],
  place: WorkspacePlace,
  clock: Clock,
): Promise<ImageRecord[] | undefined> {
  if (names.length === 0) return [];
  const ground = openPlanningGround(place, clock);
  const claims = await Promise.all(names.map(async (name) => verifyClaim(await readClaim(name, place), place, ground)));
  await ground.save();
  return claims.every(({ build, prepared }) => prepared.contentKey === build.contentKey)
    ? claims.map(({ record }) => record)
    : undefined;
}

/** Reads the `image.json` of an image. @throws {SlipwayError} ARTIFACT codes */
export async function readClaim(name: string, place: WorkspacePlace): Promise<ImageRecord> {
  return readImageRecord(name, producerOf(name, place));
}

/** Sets a claim beside what the working tree gives. @throws {SlipwayError} ARTIFACT, DOCKERFILE and CONTEXT codes */
export async function verifyClaim(
  record: ImageRecord,
  place: WorkspacePlace,
  ground: PlanningGround,
): Promise<ClaimedImage> {
  const build = await readBuildRecord(record.name, producerOf(record.name, place));
  // The stamps of a release are what they were when it was built, whatever the working tree's commit is now.
  const stampsInKey = build.stampsInKey ? build.stamps : undefined;
  return {
    record,
    build,
    prepared: await prepareBuild(jobOfWorkspaceImage(record.name, place, build.configuration), ground, { stampsInKey }),
  };
}

function producerOf(image: string, place: WorkspacePlace): RecordProducer {
  const { project, target } = jobOfWorkspaceImage(image, place);
  return { workspaceRoot: place.workspaceRoot, project, target };
}
