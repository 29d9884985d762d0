import { resolveMachineStore } from '../artifact/machine-paths';
import { createDockerImageStore } from '../engines/docker/docker-image-store';
import type { Engine, ImageStore } from '../engines/image-store';
import type { ImageTrees } from '../engines/image-trees';
import { createPodmanImageStore } from '../engines/podman/podman-image-store';
import { SlipwayError } from '../errors/slipway-error';
import type { Tools } from '../exec/tools';

/** Engines of this version. */
export const ENGINES: readonly Engine[] = ['podman', 'docker'];

/** The environment variable that overrides the plugin's option `engine`. */
export const ENGINE_VARIABLE = 'NX_SLIPWAY_ENGINE';

/** The engine of a task: `NX_SLIPWAY_ENGINE`, else the option, else podman. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function resolveEngine(option: string | undefined, tools: Pick<Tools, 'env'>): Engine {
  const fromEnvironment = tools.env[ENGINE_VARIABLE];
  const wanted = fromEnvironment || option || 'podman';
  const engine = ENGINES.find((candidate) => candidate === wanted);
  if (engine !== undefined) return engine;
  const origin = fromEnvironment ? ENGINE_VARIABLE : 'the plugin options';
  throw new SlipwayError('CONFIG_ENGINE_UNSUPPORTED', { engine: wanted, origin, supported: ENGINES.join(', ') });
}

/** Opens the reading side of a task's engine. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openImageStore(option: string | undefined, tools: Tools): ImageStore & ImageTrees {
  return resolveEngine(option, tools) === 'docker'
    ? createDockerImageStore({ machineStore: resolveMachineStore(tools.env), tools })
    : createPodmanImageStore(tools);
}
