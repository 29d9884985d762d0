import { createPodmanImageStore } from '../engines/podman/podman-image-store';
import type { ImageStore } from '../engines/image-store';
import { SlipwayError } from '../errors/slipway-error';
import type { Tools } from '../exec/tools';

/** Engines of this version. */
export const ENGINES = ['podman'] as const;

/** The environment variable that overrides the plugin's option `engine`. */
export const ENGINE_VARIABLE = 'NX_SLIPWAY_ENGINE';

/** Asserts that the engine of a task (`NX_SLIPWAY_ENGINE`, else the option, else podman) is one that this version knows. */
export function assertEngineSupported(option: string | undefined, tools: Pick<Tools, 'env'>): void {
  const fromEnvironment = tools.env[ENGINE_VARIABLE];
  const engine = fromEnvironment || option || 'podman';
  if (engine !== 'podman') {
    const origin = fromEnvironment ? ENGINE_VARIABLE : 'the plugin options';
    throw new SlipwayError('CONFIG_ENGINE_UNSUPPORTED', { engine, origin, supported: ENGINES.join(', ') });
  }
}

/** Opens the reading side of a task's engine. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openImageStore(option: string | undefined, tools: Tools): ImageStore {
  assertEngineSupported(option, tools);
  return createPodmanImageStore(tools);
}
