import { openBuiltHere } from '../../artifact/built-here';
import type { ImageStore } from '../../engines/image-store';
import { createPodmanImageBuilder } from '../../engines/podman/podman-image-builder';
import type { Tools } from '../../exec/tools';
import { assertEngineSupported } from '../open-image-store';
import type { BuildEquipment } from './build-image';

/** What a task's choice of an engine is made of. */
export interface EngineChoice {
  /** The option `engine`. */
  readonly engine: string | undefined;
  readonly store: ImageStore;
  /** Absolute path. */
  readonly machineStore: string;
}

/** Opens what a build needs of the machine. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openBuildEquipment({ engine, store, machineStore }: EngineChoice, tools: Tools): BuildEquipment {
  assertEngineSupported(engine, tools);
  return {
    store,
    builder: createPodmanImageBuilder({ machineStore, tools, onLine: (line) => tools.log.line(line) }),
    builtHere: openBuiltHere(machineStore),
    machineStore,
    tools,
  };
}
