import { renderProblem } from '../../../errors/render-problem';
import { isSlipwayError } from '../../../errors/slipway-error';
import type { Tools } from '../../../exec/tools';
import { openProofEquipment } from '../../../executors/image-build/open-build-equipment';
import type { PreparedBuild } from '../../../executors/image-build/prepare-build';
import { proveSameImage } from '../../../executors/image-build/prove-narrowing';
import { secureBases } from '../../../executors/image-build/secure-images';
import type { WorkspacePlace } from '../../../executors/task-place';
import type { VerifyBuilds } from './verify-builds';

/**
 * Opens the engine of `--verify`. What a build ends in is a reason not to propose; each reason is also told in the log.
 * @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED, when the first build is verified
 */
export function openVerification(engine: string | undefined, place: WorkspacePlace, tools: Tools): VerifyBuilds {
  const verify = async (now: PreparedBuild, then: PreparedBuild): Promise<string | undefined> => {
    const equipment = openProofEquipment(engine ?? now.job.options.engine, place.machineStore, tools);
    try {
      const [full, other] = [await secureBases(now, place, equipment), await secureBases(then, place, equipment)];
      const verdict = await proveSameImage(full, other, equipment, 'proposed');
      const [first] = [...verdict.wrong, ...verdict.unstable];
      if (verdict.status === 'proven' || !first) return undefined;
      const differs = verdict.status === 'wrong' ? 'another image' : 'an image that cannot be reproduced';
      return `it gives ${differs}: ${first.path} is ${first.kind}`;
    } catch (error) {
      if (!isSlipwayError(error) || tools.signal.aborted) throw error;
      return renderProblem(error.problem);
    }
  };
  return async (now, then) => {
    const reason = await verify(now, then);
    if (reason !== undefined) tools.log.line(`${now.job.image}: not proposed: ${reason}`);
    return reason;
  };
}
