import type { ExecutorContext } from '@nx/devkit';
import { openCluster } from '../cluster-options';
import { clusterTargetOptionsSchema } from '../cluster-up/cluster-up.impl';
import { openBuildLeftovers } from '../open-build-leftovers';
import { openImageStore } from '../open-image-store';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';

/** Removes everything of the cluster from this machine, and what killed builds left; images stay. */
export async function clusterDown(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    const choice = parseOptions(clusterTargetOptionsSchema, options, `${place.project}:${place.target}`);
    const cluster = await openCluster(choice, place, openImageStore(choice.engine, tools), tools);
    const { removed } = await cluster.down();
    const leftovers = await openBuildLeftovers(choice.engine, place.machineStore, tools).removeLeftovers();
    for (const line of [...removed, ...leftovers]) tools.log.line(`Removed ${line}`);
    tools.log.line(`Cluster ${cluster.name} is down.`);
  });
}
