import type { KubernetesObject } from '../clusters/cluster';

/** Where each workload kind keeps its pod template's spec (Kubernetes API 1.34). */
const POD_SPEC_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

const CONTAINER_LISTS = ['initContainers', 'containers'] as const;

/** The images that an object's containers and init containers name, in order, each once. Pure. */
export function listPodImages(object: KubernetesObject): string[] {
  const images = new Set<string>();
  mapPodImages(object, (image) => {
    images.add(image);
    return image;
  });
  return [...images];
}

/** A copy of an object with every container's and init container's image replaced; the object itself where it has no pods. Pure. */
export function mapPodImages(object: KubernetesObject, replace: (image: string) => string): KubernetesObject {
  const path = POD_SPEC_PATHS[object.kind];
  return path ? (mapAt(object, path, (podSpec) => mapContainers(podSpec, replace)) as KubernetesObject) : object;
}

type JsonObject = Readonly<Record<string, unknown>>;

function mapAt(value: JsonObject, path: readonly string[], map: (value: JsonObject) => JsonObject): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return map(value);
  const child = value[key];
  return isJsonObject(child) ? { ...value, [key]: mapAt(child, rest, map) } : value;
}

function mapContainers(podSpec: JsonObject, replace: (image: string) => string): JsonObject {
  const mapped: Record<string, unknown> = { ...podSpec };
  for (const list of CONTAINER_LISTS) {
    const containers = podSpec[list];
    if (Array.isArray(containers)) mapped[list] = containers.map((container: unknown) => mapImage(container, replace));
  }
  return mapped;
}

function mapImage(container: unknown, replace: (image: string) => string): unknown {
  return isJsonObject(container) && typeof container['image'] === 'string'
    ? { ...container, image: replace(container['image']) }
    : container;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
