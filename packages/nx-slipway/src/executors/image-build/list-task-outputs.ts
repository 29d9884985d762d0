import { posix } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { WorkspacePlace } from '../task-place';
import type { ImageBuildJob } from './image-build-options';

/**
 * Workspace-relative outputs of the tasks that an image's option `copiesOutputsOf` names: part of its build context although git
 * ignores them.
 * @throws {SlipwayError} CONFIG_OUTPUTS_UNKNOWN for a target that is not there or declares no outputs
 */
export function listTaskOutputs(job: ImageBuildJob, place: Pick<WorkspacePlace, 'outputsOf'>): readonly string[] {
  return job.options.copiesOutputsOf.flatMap((task) => {
    const { project, target } = parseTask(task, job.project);
    const outputs = place.outputsOf(project, target);
    if (outputs !== undefined && outputs.length > 0) return outputs;
    const reason = outputs === undefined ? 'there is no such target' : 'that target declares no outputs';
    throw new SlipwayError('CONFIG_OUTPUTS_UNKNOWN', { target: `${job.project}:${job.target}`, task, reason });
  });
}

/** `build` is a target of the image's own project, `web:build` one of another. */
export function parseTask(task: string, ownProject: string): { readonly project: string; readonly target: string } {
  const colon = task.indexOf(':');
  if (colon < 0) return { project: ownProject, target: task };
  return { project: task.slice(0, colon), target: task.slice(colon + 1) };
}

/** Whether a workspace-relative path is one of the outputs, or lies below one. */
export function isTaskOutput(path: string, outputs: readonly string[]): boolean {
  return outputs.some((output) => path === output || posix.normalize(path).startsWith(`${output}/`));
}
