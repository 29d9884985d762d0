import { openBuiltHere } from '../../artifact/built-here';
import { openEngineMemory } from '../../engines/engine-memory';
import type { ImageStore } from '../../engines/image-store';
import { openImageBuilder } from '../../engines/open-image-builder';
import { readNxRunStart } from '../../exec/nx-run-start';
import type { Tools } from '../../exec/tools';
import { openAdmission } from '../../scheduling/admission/admission';
import { openImageStore, resolveEngine } from '../open-image-store';
import { printProblem } from '../run-task';
import type { BuildEquipment } from './build-equipment';
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
  const resolved = resolveEngine(engine, tools);
  return {
    store,
    builder: openImageBuilder(resolved, { machineStore, tools, onLine }),
    builtHere: openBuiltHere(machineStore),
    admission: openAdmission({
      machineStore,
      tools,
      openEngineMemory: () => openEngineMemory(resolved, tools),
      onProblem: (problem) => printProblem(problem, tools),
    }),
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
