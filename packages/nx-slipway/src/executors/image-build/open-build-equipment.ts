import { openBuiltHere } from '../../artifact/built-here';
import type { ImageStore } from '../../engines/image-store';
import { openImageBuilder } from '../../engines/open-image-builder';
import { readNxRunStart } from '../../exec/nx-run-start';
import type { Tools } from '../../exec/tools';
import { openImageStore, resolveEngine } from '../open-image-store';
import type { BuildEquipment } from './build-image';
import type { ProofEquipment } from './prove-narrowing';

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
    runBeganAt: readNxRunStart,
    tools,
  };
}

/** Opens what a proof needs of the machine: a build's equipment that also shows what is in an image. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
export function openProofEquipment(engine: string | undefined, machineStore: string, tools: Tools): ProofEquipment {
  const store = openImageStore(engine, tools);
  return { ...openBuildEquipment({ engine, store, machineStore }, tools), trees: store };
}
