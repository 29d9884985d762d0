import type { Tools } from '../exec/tools';
import { createDockerOwnImages } from './docker/docker-own-images';
import type { Engine } from './image-store';
import type { OwnImages } from './own-images';
import { createPodmanOwnImages } from './podman/podman-own-images';

/** Opens the removable images of an engine. */
export function openOwnImages(engine: Engine, tools: Tools): OwnImages {
  return engine === 'docker' ? createDockerOwnImages(tools) : createPodmanOwnImages(tools);
}
