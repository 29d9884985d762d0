import { isJsonObject, type JsonObject } from '../artifact/json-object';
import type { KubernetesObject } from '../clusters/cluster';
import { mapField, mapPodTemplate } from './pod-templates';

const CONTAINER_LISTS = ['initContainers', 'containers'] as const;

/** The images that an object's containers and init containers name, in order, each once. Pure. */
export function listPodImages(object: KubernetesObject): string[] {
  const images = new Set<string>();
  mapContainers(object, (container) => {
    images.add(container.image);
    return container;
  });
  return [...images];
}

/** A container that names an image. */
export type ImageContainer = JsonObject & { readonly image: string };

/** A copy of an object with its pods' containers and init containers changed, those that name an image; the object itself where it has no pods. Pure. */
export function mapContainers(
  object: KubernetesObject,
  map: (container: ImageContainer) => JsonObject,
): KubernetesObject {
  return mapPodTemplate(object, (template) =>
    mapField(template, ['spec'], (podSpec) => {
      const mapped: Record<string, unknown> = { ...podSpec };
      for (const list of CONTAINER_LISTS) {
        const containers = podSpec[list];
        if (!Array.isArray(containers)) continue;
        mapped[list] = containers.map((container: unknown) => (namesImage(container) ? map(container) : container));
      }
      return mapped;
    }),
  );
}

function namesImage(container: unknown): container is ImageContainer {
  return isJsonObject(container) && typeof container['image'] === 'string';
}
