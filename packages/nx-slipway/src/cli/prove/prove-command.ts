import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { openDisproofs } from '../../build-context/narrowing/disproofs';
import { LOCK_FILE, readSlipwayLock, renderSlipwayLock } from '../../build-context/slipway-lock';
import { renderProblem } from '../../errors/render-problem';
import { isSlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { openProofEquipment } from '../../executors/image-build/open-build-equipment';
import { openPlanningGround } from '../../executors/image-build/planning-ground';
import { prepareBuild } from '../../executors/image-build/prepare-build';
import { proveNarrowing } from '../../executors/image-build/prove-narrowing';
import type { WorkspacePlace } from '../../executors/task-place';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readWorkspace } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import {
  describeFailedProof,
  describeProof,
  findProofProblem,
  renderProof,
  type DescribedProof,
} from './describe-proof';

/**
 * Proves the narrowing of images. Each proof is kept as soon as it is there; an image that ends in a coded error is reported, and the others are
 * still proven.
 * @throws {SlipwayError} CONFIG codes that concern no single image, BUILD_CANCELLED
 */
export async function prove(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  const { images } = readWorkspace(workspaceRoot);
  const place = await openWorkspacePlace(workspaceRoot, images, tools);
  const asJson = call.options['json'] === true;
  const described: DescribedProof[] = [];
  for (const image of selectImages(call.arguments, images)) {
    const job = jobOfTarget({ ...image, workspaceRoot });
    if (job.narrow.length === 0 && call.arguments.length === 0) continue;
    const verdict = await settleVerdict(job, () => proveOne(job, call, place, tools), tools);
    if (verdict === undefined) continue;
    described.push(verdict);
    if (!asJson) print(renderProof(verdict));
    const problem = findProofProblem(verdict, call.options['all'] === true);
    if (problem) tools.log.line(renderProblem(problem));
  }
  if (asJson) print(JSON.stringify({ schemaVersion: 1, images: described }, null, 2));
  else if (described.length === 0) print('Nothing to prove.');
  return described.every(({ status }) => status === 'proven' || status === 'nothing-to-prove') ? 0 : 1;
}

/** @returns `undefined` where the image is proven already, and only what is not was asked for */
async function proveOne(
  job: ImageBuildJob,
  { options }: CommandCall,
  place: WorkspacePlace,
  tools: Tools,
): Promise<DescribedProof | undefined> {
  // What one proof wrote into the lock file is there for the next one.
  const ground = openPlanningGround(place, tools.clock);
  if (options['missing'] === true && (await prepareBuild(job, ground)).narrowing.status === 'proven') return undefined;
  const engine = typeof options['engine'] === 'string' ? options['engine'] : job.options.engine;
  const proof = await proveNarrowing(job, ground, openProofEquipment(engine, place.machineStore, tools));
  await ground.save();
  if (proof.status === 'proven') {
    await keepProof(job.image, proof.prepared.narrowing.digest, place.workspaceRoot);
    openDisproofs(place.machineStore).forget(proof.prepared.narrowing.digest);
  }
  return describeProof(job.image, proof);
}

/** A coded error of one image is its verdict; of a command that was stopped it says nothing of the image. */
async function settleVerdict(
  { image }: ImageBuildJob,
  judge: () => Promise<DescribedProof | undefined>,
  { signal }: Tools,
): Promise<DescribedProof | undefined> {
  try {
    return await judge();
  } catch (error) {
    if (!isSlipwayError(error) || error.code === 'BUILD_CANCELLED' || signal.aborted) throw error;
    return describeFailedProof(image, error.problem);
  }
}

async function keepProof(image: string, rule: string, workspaceRoot: string): Promise<void> {
  const lock = readSlipwayLock(workspaceRoot);
  const proofs = { ...lock.proofs, [image]: { rule } };
  await writeFileAtomically(join(workspaceRoot, LOCK_FILE), renderSlipwayLock({ ...lock, proofs }));
}
