import { randomUUID } from 'node:crypto';
import {
  compareTrees,
  judgeProof,
  type ComparedTreeEntry,
  type ProofVerdict,
} from '../../build-context/narrowing/compare-trees';
import type { SurvivingCopy } from '../../build-context/narrowing/find-surviving-copies';
import type { WholeTreeRead } from '../../build-context/narrowing/find-whole-tree-reads';
import { isSlipwayError, type Problem } from '../../errors/slipway-error';
import type { BuiltImage } from '../../engines/image-builder';
import type { ImageTree, ImageTrees } from '../../engines/image-trees';
import type { MemoryMeter } from '../../scheduling/measuring/memory-meter';
import { buildThroughFaults } from './build-through-faults';
import type { BuildEquipment } from './build-equipment';
import { describeBuildRequest } from './build-image';
import type { ImageBuildJob } from './image-build-options';
import { findProofRefusal } from './find-proof-refusal';
import { openBuildAdmission } from './open-build-admission';
import type { PlanningGround } from './planning-ground';
import { prepareBuild, type PreparedBuild } from './prepare-build';
import { resolveStamps } from './resolve-stamps';
import { secureBases } from './secure-images';

/** What `proveNarrowing` found out. */
export type NarrowingProof =
  /** The target has no option `narrow`. */
  | { readonly status: 'nothing-to-prove' }
  /** RUN lines read what would leave no trace in the image: comparing images proves nothing. */
  | {
      readonly status: 'refused';
      readonly reads: readonly WholeTreeRead[];
      /** Narrowed folders that are in the image as they were copied: what is added to them later would be missing. */
      readonly surviving: readonly SurvivingCopy[];
      readonly prepared: PreparedBuild;
    }
  /** The rules let everything through: both builds would be the same one. */
  | { readonly status: 'nothing-left-out'; readonly prepared: PreparedBuild }
  /** The narrowed build ends in an error, and the full one does not. */
  | { readonly status: 'narrowed-build-fails'; readonly problem: Problem; readonly prepared: PreparedBuild }
  | (ProofVerdict & {
      /** The narrowed build. */
      readonly prepared: PreparedBuild;
      readonly full: PreparedBuild;
    });

/** What a proof works with. */
export interface ProofEquipment extends BuildEquipment {
  readonly trees: ImageTrees;
}

/**
 * Proves that a narrowed build gives the image that the full build context gives: builds both, and compares their file trees and settings. Where they differ, the full
 * context is built once more from nothing, which tells what cannot be reproduced from what the narrowing made wrong.
 * Afterwards no image of the proof is left; finished layers stay. `slipway.lock.json` is left to the caller.
 * @throws {SlipwayError} as `prepareBuild` and the engine's builder
 */
export async function proveNarrowing(
  job: ImageBuildJob,
  ground: PlanningGround,
  equipment: ProofEquipment,
): Promise<NarrowingProof> {
  if (job.narrow.length === 0) {
    // A Dockerfile that cannot be built is no verdict.
    await prepareBuild(job, ground, { missingBases: 'unknown' });
    return { status: 'nothing-to-prove' };
  }
  const prepared = await prepareBuild(job, ground, { narrowing: 'assumed' });
  const whole = await prepareBuild(job, ground, { narrowing: 'off' });
  const refusal = findProofRefusal(prepared, whole.buildContext.entries);
  if (refusal.reads.length + refusal.surviving.length > 0) return { status: 'refused', ...refusal, prepared };
  if (isSameContext(prepared, whole)) return { status: 'nothing-left-out', prepared };
  const narrowed = await secureBases(prepared, ground.place, equipment);
  const full = await secureBases(whole, ground.place, equipment);
  try {
    return { ...(await proveSameImage(full, narrowed, equipment, 'narrowed')), prepared: narrowed, full };
  } catch (error) {
    if (!(error instanceof OtherBuildFailed)) throw error;
    return { status: 'narrowed-build-fails', problem: error.problem, prepared: narrowed };
  }
}

function isSameContext(one: PreparedBuild, other: PreparedBuild): boolean {
  const staged = ({ buildContext }: PreparedBuild): string =>
    JSON.stringify(
      buildContext.entries.map((entry) => [entry.path, entry.kind, entry.executable, entry.sha256, entry.linkTarget]),
    );
  return staged(one) === staged(other);
}

/** The second of two builds that are compared ended in a coded error, and the first did not. Stays within this file. */
class OtherBuildFailed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** Problems of what is built, and not of the machine that builds it. */
const PROBLEMS_OF_STEPS: ReadonlySet<string> = new Set(['BUILD_STEP_FAILED', 'BUILD_SOURCE_MISSING']);

/**
 * Tells whether two builds of one job give the same image, as `proveNarrowing` does; both with their bases secured. Where the images
 * differ, the first is built once more from nothing. Afterwards no image of the proof is left.
 * @param name what the second build is called in the log
 * @throws {SlipwayError} as the engine's builder
 */
export async function proveSameImage(
  full: PreparedBuild,
  other: PreparedBuild,
  equipment: ProofEquipment,
  name: string,
): Promise<ProofVerdict> {
  const proof = await openProofBuilds(full.job, equipment);
  try {
    // The other one first: no layer of the full build is there to be taken for one of its own.
    const otherBuild = await settle(proof.build(other, name, false));
    const fullImage = await proof.build(full, 'full', false);
    if ('problem' in otherBuild) throw new OtherBuildFailed(otherBuild.problem);
    const otherImage = otherBuild.image;
    // One image ID is one config, with the digests of all layers in it.
    if (otherImage.imageId === fullImage.imageId) return judgeProof([], []);
    const fullTree = await fullImage.readTree();
    const differences = compareTrees(fullTree, await otherImage.readTree());
    const again = differences.length === 0 ? fullTree : await (await proof.build(full, 'again', true)).readTree();
    return judgeProof(differences, compareTrees(fullTree, again));
  } finally {
    await proof.removeImages();
  }
}

/** A build, or what is wrong with its steps. */
async function settle(
  build: Promise<ProofImage>,
): Promise<{ readonly image: ProofImage } | { readonly problem: Problem }> {
  try {
    return { image: await build };
  } catch (error) {
    if (!isSlipwayError(error) || !PROBLEMS_OF_STEPS.has(error.code)) throw error;
    return { problem: error.problem };
  }
}

interface ProofImage {
  readonly imageId: string;
  readTree(): Promise<readonly ComparedTreeEntry[]>;
}

interface ProofBuilds {
  build(prepared: PreparedBuild, name: string, noCache: boolean): Promise<ProofImage>;
  removeImages(): Promise<void>;
}

async function openProofBuilds(job: ImageBuildJob, equipment: ProofEquipment): Promise<ProofBuilds> {
  const { builder, trees, tools } = equipment;
  const id = randomUUID().slice(0, 8);
  const tags: string[] = [];
  // Both builds get the same stamps, so that these are no difference.
  const stamps = await resolveStamps(job.options.stamps, job.workspaceRoot, tools);
  return {
    async build(prepared, name, noCache) {
      const tag = `localhost/${job.image}:proof-${id}-${name}`;
      tags.push(tag);
      const { files, bytes } = prepared.buildContext;
      // What builds with the full build context left in a cache mount would hide that the narrowed one lacks it.
      const request = { ...describeBuildRequest(prepared, stamps, [tag], tools), noCache, freshCaches: true };
      const admission = await openBuildAdmission(prepared, equipment);
      const build = (meter: MemoryMeter): Promise<BuiltImage> => {
        tools.log.line(`${job.image}: proof: building with ${name} build context (${files} files, ${bytes} bytes)`);
        return builder.buildImage({ ...request, meter });
      };
      const { imageId } = await buildThroughFaults({ image: job.image, admission, build }, equipment);
      return { imageId, readTree: async () => describeTree(await trees.readImageTree(tag)) };
    },
    removeImages: () => builder.removeImages(tags),
  };
}

/** An image as two of them are compared: its files, and what it says about how it is run as if that were a file. Pure. */
function describeTree({ entries, config }: ImageTree): readonly ComparedTreeEntry[] {
  const files = entries.map(({ path, kind, mode, uid, gid, sha256, linkTarget, xattrs }) => ({
    path: `/${path}`,
    state: [kind, mode.toString(8), uid, gid, sha256 ?? linkTarget ?? '', JSON.stringify(xattrs)].join(' '),
  }));
  return [...files, { path: 'the image’s settings', state: JSON.stringify(config) }];
}
