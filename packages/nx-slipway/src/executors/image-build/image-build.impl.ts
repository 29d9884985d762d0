import type { ExecutorContext } from '@nx/devkit';
import { imageTagOf } from '../../artifact/image-record';
import { rememberWorkspace } from '../../artifact/known-workspaces';
import { writeImageRecords } from '../../artifact/record-files';
import { removeBuildLeftovers } from '../open-build-leftovers';
import { printProblem, runTask, warnOfStaleBuild, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';
import { buildImage, type BuildOutcome } from './build-image';
import { jobOfTarget } from './job-of-workspace-image';
import { openProofEquipment } from './open-build-equipment';
import { openPlanningGround } from './planning-ground';
import { prepareBuild } from './prepare-build';
import { assertNotDisproved, isInSample, proveAgain } from './prove-sample';
import { resolveReleaseStamps } from './resolve-release-stamps';
import { secureBases } from './secure-images';

/** Builds one image, or finds it by its content key, and writes `image.json` and `build.json`. */
export async function imageBuild(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    warnOfStaleBuild(tools);
    const place = describeTaskPlace(context, tools);
    const configuration = context.configurationName;
    const job = jobOfTarget({ ...place, options, configuration });
    const { engine } = job.options;
    await rememberWorkspace(place.machineStore, place.workspaceRoot, tools.clock.now());
    const equipment = openProofEquipment(engine, place.machineStore, tools);
    for (const line of await removeBuildLeftovers(equipment)) tools.log.line(`${job.image}: removed ${line}`);
    const ground = openPlanningGround(place, tools.clock);
    const stampsInKey = await resolveReleaseStamps(job, tools);
    const prepared = await prepareBuild(job, ground, { stampsInKey });
    await ground.save();
    for (const problem of prepared.problems) printProblem(problem, tools);
    assertNotDisproved(prepared, place.machineStore);
    const outcome = await buildImage(await secureBases(prepared, place, equipment), equipment);
    if (outcome.status === 'built' && isInSample(prepared, Math.random(), tools.env)) {
      await proveAgain(prepared, ground, equipment);
    }
    await writeImageRecords(job.workspaceRoot, outcome.record, outcome.build);
    tools.log.line(renderOutcome(outcome));
  });
}

function renderOutcome({ record, build, status }: BuildOutcome): string {
  const { files, bytes } = build.stagedContext;
  const how = status === 'built' ? 'built' : 'reused, its content key is unchanged';
  return `${record.name}: ${how}: ${imageTagOf(record.name, record.imageId)} (build context: ${files} files, ${bytes} bytes)`;
}
