import type { Tools } from '../exec/tools';
import { createDockerImageBuilder } from './docker/docker-image-builder';
import type { ImageBuilder } from './image-builder';
import type { Engine } from './image-store';
import { createPodmanImageBuilder } from './podman/podman-image-builder';

/** What a builder needs. */
export interface BuilderOptions {
  /** Absolute path. Processes that share it find and remove each other's leftovers. */
  readonly machineStore: string;
  readonly tools: Tools;
  /** Gets each line of the engine's output, with its step's number in front. */
  readonly onLine: (line: string) => void;
}

/** Opens the building side of an engine. */
export function openImageBuilder(engine: Engine, options: BuilderOptions): ImageBuilder {
  return engine === 'docker' ? createDockerImageBuilder(options) : createPodmanImageBuilder(options);
}
