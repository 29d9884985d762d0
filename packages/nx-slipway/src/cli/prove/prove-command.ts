import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { openDisproofs } from '../../build-context/narrowing/disproofs';
import { LOCK_FILE, readSlipwayLock, renderSlipwayLock } from '../../build-context/slipway-lock';
import { renderProblem } from '../../errors/render-problem';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { openProofEquipment } from '../../executors/image-build/open-build-equipment';
import { openPlanningGround } from '../../executors/image-build/planning-ground';
import { prepareBuild } from '../../executors/image-build/prepare-build';
import { proveNarrowing } from '../../executors/image-build/prove-narrowing';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readWorkspace } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import { describeProof, findProofProblem, renderProof, type DescribedProof } from './describe-proof';

/** Proves the narrowing of images. Each proof is kept as soon as it is there. @throws {SlipwayError} CONFIG, CONTEXT, BUILD and ENGINE codes */
export async function prove(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  const { images } = readWorkspace(workspaceRoot);
  const place = await openWorkspacePlace(workspaceRoot, images, tools);
  const asJson = call.options['json'] === true;
  const described: DescribedProof[] = [];
  for (const image of selectImages(call.arguments, images)) {
    const job = jobOfTarget({ ...image, workspaceRoot });
    // What one proof wrote into the lock file is there for the next one.
    const ground = openPlanningGround(place, tools.clock);
    if (job.narrow.length === 0 && call.arguments.length === 0) continue;
    if (call.options['missing'] === true && (await prepareBuild(job, ground)).narrowing.status === 'proven') continue;
    const engine = call.options['engine'];
    const equipment = openProofEquipment(
      typeof engine === 'string' ? engine : job.options.engine,
      place.machineStore,
      tools,
    );
    const proof = await proveNarrowing(job, ground, equipment);
    await ground.save();
    if (proof.status === 'proven') {
      await keepProof(image.image, proof.prepared.narrowing.digest, workspaceRoot);
      openDisproofs(place.machineStore).forget(proof.prepared.narrowing.digest);
    }
    const verdict = describeProof(image.image, proof);
    described.push(verdict);
    if (!asJson) print(renderProof(verdict));
    const problem = findProofProblem(verdict, call.options['all'] === true);
    if (problem) tools.log.line(renderProblem(problem));
  }
  if (asJson) print(JSON.stringify({ schemaVersion: 1, images: described }, null, 2));
  else if (described.length === 0) print('Nothing to prove.');
  return described.every(({ status }) => status === 'proven' || status === 'nothing-to-prove') ? 0 : 1;
}

async function keepProof(image: string, rule: string, workspaceRoot: string): Promise<void> {
  const lock = readSlipwayLock(workspaceRoot);
  const proofs = { ...lock.proofs, [image]: { rule } };
  await writeFileAtomically(join(workspaceRoot, LOCK_FILE), renderSlipwayLock({ ...lock, proofs }));
}
