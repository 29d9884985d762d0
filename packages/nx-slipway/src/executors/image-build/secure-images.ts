import { imageNameOfReference } from '../../artifact/image-name';
import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import type { StoredImage } from '../../engines/image-store';
import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import { printProblem } from '../run-task';
import type { WorkspacePlace } from '../task-place';
import { assertChangedMeanwhile } from './assert-changed-meanwhile';
import type { BuildEquipment } from './build-equipment';
import { buildImage } from './build-image';
import { openPlanningGround } from './planning-ground';
import type { PreparedBuild } from './prepare-build';
import { readClaim, verifyClaim, type ClaimedImage } from './verify-claims';

/** An image whose bytes the engine has. */
export interface SecuredImage {
  /** As `image.json` says; with the ID that the engine really has where the described image was lost. */
  readonly record: ImageRecord;
  /** `same-key`: the described image was lost, and this machine built the one in its place under the same content key. */
  readonly origin: 'image.json' | 'same-key';
}

/**
 * Makes sure that the engine has the images which `image.json` files describe. They are claims that may come from a shared
 * cache, so the content key is computed again from the working tree. Afterwards each image is in the engine under its image
 * tag. Builds only what the engine has lost, through the one build function.
 * @throws {SlipwayError} ARTIFACT codes where a claim is missing, damaged or belongs to other inputs, also where only Nx did not see them; BUILD codes
 */
export async function secureImages(
  names: readonly string[],
  place: WorkspacePlace,
  equipment: BuildEquipment,
): Promise<SecuredImage[]> {
  if (names.length === 0) return [];
  const records = await Promise.all(names.map((name) => readClaim(name, place)));
  const ground = openPlanningGround(place, equipment.tools.clock);
  // The engine looks while the content keys are computed.
  const [found, ...claims] = await Promise.all([
    findDescribedImages(records, equipment),
    ...records.map((record) => verifyClaim(record, place, ground)),
  ]);
  await ground.save();
  const secured: SecuredImage[] = [];
  for (const claim of claims) {
    secured.push(await secureOne(claim, found, place, equipment));
  }
  return secured;
}

async function findDescribedImages(
  records: readonly ImageRecord[],
  { store }: BuildEquipment,
): Promise<ReadonlyMap<string, StoredImage>> {
  const references = records.flatMap(({ name, imageId }) => [imageTagOf(name, imageId), imageId]);
  return references.length === 0 ? new Map() : store.findImages(references);
}

async function secureOne(
  claim: ClaimedImage,
  found: ReadonlyMap<string, StoredImage>,
  place: WorkspacePlace,
  equipment: BuildEquipment,
): Promise<SecuredImage> {
  const { record } = claim;
  const tag = imageTagOf(record.name, record.imageId);
  if (found.get(tag)?.imageId === record.imageId) {
    await assertClaimIsOurs(claim, equipment);
    return { record, origin: 'image.json' };
  }
  if (found.get(record.imageId)?.imageId === record.imageId) {
    await assertClaimIsOurs(claim, equipment);
    await equipment.store.tagImage(record.imageId, [tag]);
    return { record, origin: 'image.json' };
  }
  assertSameInputs(claim);
  return (await findBuiltHere(claim, equipment)) ?? buildAgain(claim, place, equipment);
}

/**
 * Accepts a claim whose key is that of the working tree; or, when files changed since this run of Nx began, an image that this machine
 * built under the claimed key.
 */
async function assertClaimIsOurs(claim: ClaimedImage, equipment: BuildEquipment): Promise<void> {
  if (claim.prepared.contentKey === claim.build.contentKey) return;
  const local = await equipment.builtHere.find(claim.build.contentKey);
  if (local?.imageId !== claim.record.imageId) assertSameInputs(claim);
  await assertChangedMeanwhile(claim, equipment);
  printProblem(describeProblem('ARTIFACT_INPUTS_CHANGED', { image: claim.record.name }), equipment.tools);
}

function assertSameInputs({ record, build, prepared }: ClaimedImage): void {
  if (prepared.contentKey === build.contentKey) return;
  throw new SlipwayError('ARTIFACT_KEY_MISMATCH', {
    image: record.name,
    claimedKey: build.contentKey.slice(0, 24),
    actualKey: prepared.contentKey.slice(0, 24),
    project: prepared.job.project,
    target: prepared.job.target,
  });
}

/** Where an equal key does not promise an equal image, what was built under the key is not taken for the lost image. */
async function findBuiltHere(claim: ClaimedImage, equipment: BuildEquipment): Promise<SecuredImage | undefined> {
  const { record, build, prepared } = claim;
  if (prepared.reusable !== true) return undefined;
  const local = await equipment.builtHere.find(build.contentKey);
  if (!local) return undefined;
  const present = (await equipment.store.findImages([local.imageId])).get(local.imageId);
  if (!present) return undefined;
  const layers = await equipment.store.listLayers(local.imageId);
  return acceptSameKey(claim, { ...record, imageId: local.imageId, layers }, equipment);
}

async function buildAgain(
  claim: ClaimedImage,
  place: WorkspacePlace,
  equipment: BuildEquipment,
): Promise<SecuredImage> {
  const { record, prepared } = claim;
  const { tools, store } = equipment;
  printProblem(
    describeProblem('DEPLOY_IMAGE_BYTES_LOST', {
      engine: store.engine,
      image: record.name,
      imageId: record.imageId,
      record: 'image.json',
    }),
    tools,
  );
  const outcome = await buildImage(await secureBases(prepared, place, equipment), equipment);
  if (outcome.record.imageId === record.imageId) return { record, origin: 'image.json' };
  return acceptSameKey(claim, outcome.record, equipment);
}

async function acceptSameKey(
  claim: ClaimedImage,
  actual: ImageRecord,
  equipment: BuildEquipment,
): Promise<SecuredImage> {
  await equipment.store.tagImage(actual.imageId, [imageTagOf(actual.name, actual.imageId)]);
  printProblem(
    describeProblem('DEPLOY_IMAGE_REBUILT_DIFFERS', {
      image: actual.name,
      imageId: actual.imageId,
      claimedId: claim.record.imageId,
      engine: equipment.store.engine,
    }),
    equipment.tools,
  );
  return { record: actual, origin: 'same-key' };
}

/**
 * Brings back, where they were lost, the images of this workspace that a build is `FROM`.
 * @returns the build, with the tags of the images that the engine really has; its content key keeps the described ones
 */
export async function secureBases(
  prepared: PreparedBuild,
  place: WorkspacePlace,
  equipment: BuildEquipment,
): Promise<PreparedBuild> {
  const secured = await secureImages(prepared.baseImages, place, equipment);
  const tags = new Map(secured.map(({ record }) => [record.name, imageTagOf(record.name, record.imageId)]));
  const projectImages = Object.entries(prepared.projectImages).map(([reference, claimedTag]) => [
    reference,
    // A pinned base of another repository may have the last part of its name in common with an image of this workspace.
    claimedTag.includes('@') ? claimedTag : (tags.get(imageNameOfReference(reference)) ?? claimedTag),
  ]);
  return { ...prepared, projectImages: Object.fromEntries(projectImages) as PreparedBuild['projectImages'] };
}
