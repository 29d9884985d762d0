import { renderMiB } from '../../artifact/memory-amount';
import { openEngineMemory } from '../../engines/engine-memory';
import type { BuiltImage } from '../../engines/image-builder';
import type { SlipwayCode } from '../../errors/catalogue';
import { describeProblem, isSlipwayError, SlipwayError, type Problem } from '../../errors/slipway-error';
import { computeBudget } from '../../scheduling/budget/memory-budget';
import type { MemoryMeter } from '../../scheduling/measuring/memory-meter';
import { printProblem } from '../run-task';
import type { BuildEquipment } from './build-equipment';
import { decideNextAttempt, type NextAttempt } from './decide-next-attempt';
import type { BuildAdmission } from './open-build-admission';

/** A build that may be tried several times. */
export interface FaultyBuild {
  readonly image: string;
  readonly admission: BuildAdmission;
  readonly build: (meter: MemoryMeter) => Promise<BuiltImage>;
}

/**
 * Makes a build in spite of what passes: tries it again after a pause where the network failed, and once more, alone and with twice the
 * memory, where memory ran out, as `decideNextAttempt` says. Nothing is held during a pause; finished layers are kept. Says so each time.
 * @throws {SlipwayError} BUILD_OUT_OF_MEMORY where memory ran out when it was alone too; else what the last attempt ended in
 */
export async function buildThroughFaults(
  { image, admission, build }: FaultyBuild,
  { store, tools }: Pick<BuildEquipment, 'store' | 'tools'>,
): Promise<BuiltImage> {
  const failed: SlipwayCode[] = [];
  let aloneWithMiB: number | undefined;
  for (;;) {
    try {
      return await (aloneWithMiB === undefined ? admission.run(build) : admission.retryAlone(aloneWithMiB, build));
    } catch (thrown) {
      if (!isSlipwayError(thrown)) throw thrown;
      const error = blameMemory(thrown, admission);
      failed.push(error.code);
      const next = decideNextAttempt(failed);
      if (next.kind === 'give-up') {
        if (error.code !== 'BUILD_STEP_OUT_OF_MEMORY') throw error;
        const reading = (await openEngineMemory(store.engine, tools)).read();
        throw explainOutOfMemory(error, image, admission, reading && computeBudget(reading, 0, undefined).budgetMiB);
      }
      printProblem(describeRetry(image, error.problem, next), tools);
      if (next.kind === 'alone') aloneWithMiB = 2 * Math.max(admission.estimateMiB, peakOf(admission) ?? 0);
      else await tools.clock.sleep(next.afterMs, tools.signal);
      tools.signal.throwIfAborted();
    }
  }
}

/** A script may hide that a program of it was killed: the count of the build's own cgroup does not. */
function blameMemory(error: SlipwayError, admission: BuildAdmission): SlipwayError {
  const kills = admission.measurement()?.oomKills ?? 0;
  if (error.code !== 'BUILD_STEP_FAILED' || kills === 0) return error;
  const { message, toolOutput } = error.problem;
  return new SlipwayError(
    'BUILD_STEP_OUT_OF_MEMORY',
    { step: 'a step', reason: `the kernel killed ${kills} of its processes for want of memory. ${message}` },
    { cause: error, ...(toolOutput === undefined ? {} : { toolOutput }) },
  );
}

function describeRetry(image: string, { code, message, toolOutput }: Problem, next: NextAttempt): Problem {
  const how =
    next.kind === 'again'
      ? `It is tried again in ${next.afterMs / 1_000} s.`
      : 'It is tried once more, alone, with twice the memory that it was expected to need.';
  const details = toolOutput === undefined ? {} : { toolOutput };
  return describeProblem('BUILD_TRIED_AGAIN', { image, code, failure: message, how }, details);
}

function explainOutOfMemory(
  error: SlipwayError,
  image: string,
  admission: BuildAdmission,
  budgetMiB: number | undefined,
): SlipwayError {
  const { message, toolOutput } = error.problem;
  const peakMiB = peakOf(admission);
  const peak = peakMiB === undefined ? 'Its peak could not be measured' : `Its peak was ${renderMiB(peakMiB)}`;
  const budget = budgetMiB === undefined ? 'is not known' : `is ${renderMiB(Math.max(0, budgetMiB))}`;
  return new SlipwayError(
    'BUILD_OUT_OF_MEMORY',
    { image, failure: message, account: `${peak}; what builds may use here ${budget}.` },
    { cause: error, ...(toolOutput === undefined ? {} : { toolOutput }) },
  );
}

function peakOf(admission: BuildAdmission): number | undefined {
  return admission.measurement()?.peakMiB;
}
