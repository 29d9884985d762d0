import type { BuildLeftovers } from '../engines/build-leftovers';
import { openImageBuilder } from '../engines/open-image-builder';
import type { Tools } from '../exec/tools';
import { forgetGoneBuilds } from '../scheduling/admission/forget-gone-builds';
import { resolveEngine } from './open-image-store';

/** Opens what killed builds left in a task's engine, to be removed. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openBuildLeftovers(option: string | undefined, machineStore: string, tools: Tools): BuildLeftovers {
  const engine = resolveEngine(option, tools);
  const builder = openImageBuilder(engine, { machineStore, tools, onLine: (line) => tools.log.line(line) });
  return { removeLeftovers: () => removeBuildLeftovers({ builder, machineStore }) };
}

/** Removes what killed builds left, in the engine and then among those that hold memory. Returns what was removed of the engine, one line each. */
export async function removeBuildLeftovers({
  builder,
  machineStore,
}: {
  readonly builder: BuildLeftovers;
  readonly machineStore: string;
}): Promise<readonly string[]> {
  const removed = await builder.removeLeftovers();
  forgetGoneBuilds(machineStore);
  return removed;
}
