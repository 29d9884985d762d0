import { openDisproofs } from '../../build-context/narrowing/disproofs';
import { renderDifferences } from '../../build-context/narrowing/render-differences';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { PlanningGround } from './planning-ground';
import type { PreparedBuild } from './prepare-build';
import { proveNarrowing, type ProofEquipment } from './prove-narrowing';

/** The environment variable that overrides the option `proveSample`. */
export const PROVE_SAMPLE_VARIABLE = 'NX_SLIPWAY_PROVE_SAMPLE';

/** Whether a build is one of those that are proven again. @param random from 0 to 1, 1 excluded. Pure. */
export function isInSample({ narrowing, job }: PreparedBuild, random: number, env: Tools['env']): boolean {
  if (narrowing.status !== 'proven') return false;
  const stated = Number(env[PROVE_SAMPLE_VARIABLE]);
  const share = env[PROVE_SAMPLE_VARIABLE] === undefined || Number.isNaN(stated) ? job.options.proveSample : stated;
  return random < share;
}

/**
 * Makes sure that no build of this machine has found the narrowing to be wrong.
 * @throws {SlipwayError} CONTEXT_PROOF_FAILED
 */
export function assertNotDisproved({ narrowing, job }: PreparedBuild, machineStore: string): void {
  const findings = narrowing.status === 'proven' ? openDisproofs(machineStore).find(narrowing.digest) : undefined;
  if (findings !== undefined) throw new SlipwayError('CONTEXT_PROOF_FAILED', { image: job.image, paths: findings });
}

/**
 * Proves a narrowing again. Where it turns out to be wrong the machine remembers that, so that no later build takes the image for good.
 * @throws {SlipwayError} CONTEXT_PROOF_FAILED
 */
export async function proveAgain(
  prepared: PreparedBuild,
  ground: PlanningGround,
  equipment: ProofEquipment,
): Promise<void> {
  const { image } = prepared.job;
  equipment.tools.log.line(`${image}: this build was chosen to prove the narrowing again (option "proveSample")`);
  const proof = await proveNarrowing(prepared.job, ground, equipment);
  if (proof.status !== 'wrong') return;
  const paths = renderDifferences(proof.wrong);
  openDisproofs(equipment.machineStore).record(prepared.narrowing.digest, paths);
  throw new SlipwayError('CONTEXT_PROOF_FAILED', { image, paths });
}
