import type { ExecutorContext } from '@nx/devkit';
import { bringImages } from '../deploy-only/bring-images';
import { imageLoadOptionsSchema } from '../deploy-only/deploy-options';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';

/** Puts the images of a project's manifests on the cluster's nodes, before it is their turn to be deployed. */
export async function imageLoad(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    await bringImages(parseOptions(imageLoadOptionsSchema, options, `${place.project}:${place.target}`), place, tools);
  });
}
