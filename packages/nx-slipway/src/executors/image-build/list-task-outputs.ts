import { SlipwayError } from '../../errors/slipway-error';
import { parseTaskName } from '../../plugin/parse-task-name';
import type { WorkspacePlace } from '../task-place';
import type { ImageBuildJob } from './image-build-options';

/**
 * Workspace-relative outputs of the tasks that an image's option `copiesOutputsOf` names: part of its build context although git
 * ignores them.
 * @throws {SlipwayError} CONFIG_OUTPUTS_UNKNOWN for a target that is not there or declares no outputs
 */
export function listTaskOutputs(job: ImageBuildJob, place: Pick<WorkspacePlace, 'outputsOf'>): readonly string[] {
  return job.options.copiesOutputsOf.flatMap((task) => {
    const { project, target } = parseTaskName(task, job.project);
    const outputs = place.outputsOf(project, target);
    if (outputs !== undefined && outputs.length > 0) return outputs;
    const reason = outputs === undefined ? 'there is no such target' : 'that target declares no outputs';
    throw new SlipwayError('CONFIG_OUTPUTS_UNKNOWN', { target: `${job.project}:${job.target}`, task, reason });
  });
}
