import type { BuildLeftovers } from '../engines/build-leftovers';
import { createPodmanImageBuilder } from '../engines/podman/podman-image-builder';
import type { Tools } from '../exec/tools';
import { assertEngineSupported } from './open-image-store';

/** Opens what killed builds left in a task's engine, to be removed. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openBuildLeftovers(option: string | undefined, machineStore: string, tools: Tools): BuildLeftovers {
  assertEngineSupported(option, tools);
  const builder = createPodmanImageBuilder({ machineStore, tools, onLine: (line) => tools.log.line(line) });
  return { removeLeftovers: () => builder.removeLeftovers() };
}
