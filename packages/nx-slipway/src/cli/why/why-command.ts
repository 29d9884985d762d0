import { keyTagOf } from '../../artifact/image-record';
import { openBuildMemory } from '../../build-context/build-memory';
import { compareBuilds, describeComparedBuild } from '../../build-context/compare-builds';
import { isSlipwayError, SlipwayError } from '../../errors/slipway-error';
import { jobOfTarget } from '../../executors/image-build/job-of-workspace-image';
import { openImageStore } from '../../executors/open-image-store';
import { openPlanningGround } from '../../executors/image-build/planning-ground';
import { prepareBuild, type PreparedBuild } from '../../executors/image-build/prepare-build';
import type { Tools } from '../../exec/tools';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readWorkspace } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import { explainBuilds, renderExplanation } from './explain-builds';
import { renderNextSteps, type FoundImage } from './render-next-steps';

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
    if (explanation.compared === null && call.options['json'] !== true) {
      for (const line of renderNextSteps(image, await findImage(prepared, tools))) print(line);
    }
  }
  await ground.save();
  return 0;
}

/** What the engine has under the key tag of a build; `undefined` where no engine answers. */
async function findImage({ job, contentKey }: PreparedBuild, tools: Tools): Promise<FoundImage | undefined> {
  const keyTag = keyTagOf(job.image, contentKey);
  try {
    const store = openImageStore(job.options.engine, tools);
    return { engine: store.engine, keyTag, isThere: (await store.findImages([keyTag])).has(keyTag) };
  } catch (error) {
    if (isSlipwayError(error)) return undefined;
    throw error;
  }
}
