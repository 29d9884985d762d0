import { openBuiltHere } from '../../artifact/built-here';
import type { ImageStore } from '../../engines/image-store';
import { openImageBuilder } from '../../engines/open-image-builder';
import type { Tools } from '../../exec/tools';
import { resolveEngine } from '../open-image-store';
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
  const onLine = (line: string): void => tools.log.line(line);
  return {
    store,
    builder: openImageBuilder(resolveEngine(engine, tools), { machineStore, tools, onLine }),
    builtHere: openBuiltHere(machineStore),
    machineStore,
    tools,
  };
}
