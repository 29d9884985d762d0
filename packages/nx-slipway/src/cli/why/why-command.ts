import { openBuildMemory } from '../../build-context/build-memory';
import { compareBuilds, describeComparedBuild } from '../../build-context/compare-builds';
import { SlipwayError } from '../../errors/slipway-error';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../../executors/image-build/planning-ground';
import { prepareBuild } from '../../executors/image-build/prepare-build';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readWorkspace } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import { explainBuilds, renderExplanation } from './explain-builds';

/** Tells why images would be built again. @throws {SlipwayError} CONFIG, DOCKERFILE, CONTEXT and ARTIFACT codes */
export async function why(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  if (call.arguments.length !== 1) {
    const reason = 'The command why takes the name of one image';
    throw new SlipwayError('CONFIG_ARGUMENT_INVALID', { command: 'why', reason, suggestion: '' });
  }
  const { images } = readWorkspace(workspaceRoot);
  const selected = selectImages(call.arguments, images);
  const place = await openWorkspacePlace(workspaceRoot, images, tools);
  const ground = openPlanningGround(place, tools.clock);
  for (const image of selected) {
    const prepared = await prepareBuild(jobOfTarget({ ...image, workspaceRoot }), ground);
    const now = describeComparedBuild(prepared.contentKey, prepared.keyParts);
    const past = await openBuildMemory(place.machineStore, workspaceRoot).recall(image.image);
    const explanation = explainBuilds(image.image, now, past, compareBuilds);
    if (call.options['json'] === true) print(JSON.stringify(explanation, null, 2));
    else for (const line of renderExplanation(explanation, call.options['all'] === true)) print(line);
  }
  await ground.save();
  return 0;
}
