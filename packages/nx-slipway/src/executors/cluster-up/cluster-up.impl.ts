import type { ExecutorContext } from '@nx/devkit';
import * as z from 'zod';
import { clusterOptionsShape, openCluster } from '../cluster-options';
import { openBuildLeftovers } from '../open-build-leftovers';
import { openImageStore } from '../open-image-store';
import { parseOptions } from '../parse-options';
import { runTask, warnOfStaleBuild, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';

/** The options of `cluster-up` and `cluster-down`, as their `schema.json` document them. */
export const clusterTargetOptionsSchema = z.strictObject(clusterOptionsShape);

/** Starts the cluster; only looks when it runs already. */
export async function clusterUp(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    warnOfStaleBuild(tools);
    const place = describeTaskPlace(context, tools);
    const choice = parseOptions(clusterTargetOptionsSchema, options, `${place.project}:${place.target}`);
    const cluster = await openCluster(choice, place, openImageStore(choice.engine, tools), tools);
    for (const line of await openBuildLeftovers(choice.engine, place.machineStore, tools).removeLeftovers()) {
      tools.log.line(`Removed ${line}`);
    }
    const { change, version } = await cluster.up();
    tools.log.line(
      `Cluster ${cluster.name} (${cluster.provider} ${version}) is ${change === 'created' ? 'up' : 'up already'}.`,
    );
  });
}
