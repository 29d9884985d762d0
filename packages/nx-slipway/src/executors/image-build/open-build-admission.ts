import { createHash } from 'node:crypto';
import { parseMemoryAmount, renderMiB } from '../../artifact/memory-amount';
import { describeProblem } from '../../errors/slipway-error';
import type { AdmissionLimits } from '../../scheduling/admission/decide-turn';
import type { Measurement, MemoryMeter, ReadableMeter } from '../../scheduling/measuring/memory-meter';
import { estimatePeakMiB } from '../../scheduling/peaks/estimate-peak';
import { openLearnedPeaks } from '../../scheduling/peaks/learned-peaks';
import { printProblem } from '../run-task';
import type { BuildEquipment } from './build-equipment';
import type { ImageBuildOptions } from './image-build-options';
import type { PreparedBuild } from './prepare-build';

/** The environment variable that overrides the option `admission`; only `off` is a value of it. */
export const ADMISSION_VARIABLE = 'NX_SLIPWAY_ADMISSION';

/** How the builds of one image come to run. */
export interface BuildAdmission {
  /** The peak that is expected of the next build, in MiB. */
  readonly estimateMiB: number;
  /**
   * Runs an engine build when the memory that it is expected to need is free. What it was seen to need is learned: of one that succeeded, and of one that failed
   * if it needed more than was expected.
   */
  run<Result>(work: (meter: MemoryMeter) => Promise<Result>): Promise<Result>;
  /** As `run`, with another estimate, and with nothing beside it: for a build that ran out of memory. */
  retryAlone<Result>(estimateMiB: number, work: (meter: MemoryMeter) => Promise<Result>): Promise<Result>;
  /** What the last of these was seen to need, also when it failed; `undefined` before the first, and where nothing can be measured. */
  measurement(): Measurement | undefined;
}

/** Opens admission for the builds of a prepared image. */
export async function openBuildAdmission(
  prepared: PreparedBuild,
  { admission, machineStore, tools }: Pick<BuildEquipment, 'admission' | 'machineStore' | 'tools'>,
): Promise<BuildAdmission> {
  const { job } = prepared;
  const learned = openLearnedPeaks(machineStore, job.workspaceRoot);
  const recipe = digestRecipe(prepared);
  const { memory } = job.options;
  const said = memory === undefined ? undefined : parseMemoryAmount(memory);
  const estimateMiB = said ?? estimatePeakMiB(await learned.recall(job.image));
  const limits = resolveLimits(job.options, tools.env);
  let last: Measurement | undefined;
  const learn = async (meter: ReadableMeter, expectedMiB: number, hasSucceeded: boolean): Promise<void> => {
    last = meter.measurement();
    if (last === undefined || (!hasSucceeded && last.peakMiB <= expectedMiB)) return;
    const { peakMiB, upperBoundMiB = null } = last;
    // A machine store that cannot be written is told of elsewhere; an image that was built must not fail for it.
    await learned.remember(job.image, { peakMiB, upperBoundMiB, recipe }).catch(() => undefined);
  };
  const warnUnseen = (meter: ReadableMeter): void => {
    const reason = meter.unseenBecause();
    if (reason === undefined || said !== undefined || limits === 'off') return;
    const facts = { name: job.image, reason, estimate: renderMiB(estimateMiB) };
    printProblem(describeProblem('SCHEDULE_MEMORY_UNMEASURED', facts), tools);
  };
  const runWith = async <Result>(
    expectedMiB: number,
    alone: boolean,
    work: (meter: MemoryMeter) => Promise<Result>,
  ): Promise<Result> =>
    admission.run({ name: job.image, estimateMiB: expectedMiB, alone, limits }, async (meter) => {
      let hasSucceeded = false;
      try {
        const result = await work(meter);
        hasSucceeded = true;
        return result;
      } finally {
        warnUnseen(meter);
        await learn(meter, expectedMiB, hasSucceeded);
      }
    });
  return {
    estimateMiB,
    run: (work) => runWith(estimateMiB, false, work),
    retryAlone: (expectedMiB, work) => runWith(expectedMiB, true, work),
    measurement: () => last,
  };
}

function resolveLimits(
  { admission }: Pick<ImageBuildOptions, 'admission'>,
  env: Readonly<Record<string, string | undefined>>,
): AdmissionLimits | 'off' {
  if (admission === 'off' || env[ADMISSION_VARIABLE] === 'off') return 'off';
  const { reserve, maxConcurrent } = admission;
  return { reserveMiB: reserve === undefined ? undefined : parseMemoryAmount(reserve), maxConcurrent };
}

/** What decides what RUN steps do, but for the files that they do it with. */
function digestRecipe({ dockerfileText, job }: PreparedBuild): string {
  const { buildArgs, targetStage = '' } = job.options;
  const text = JSON.stringify([dockerfileText, Object.entries(buildArgs).toSorted(), targetStage, job.platform]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
