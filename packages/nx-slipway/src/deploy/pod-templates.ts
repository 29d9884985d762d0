import { isJsonObject, type JsonObject } from '../artifact/json-object';
import type { KubernetesObject } from '../clusters/cluster';

/** Where each workload kind keeps what its pods are made of: a template, or the pod itself (Kubernetes API 1.34). */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** A copy of an object with its pod template changed; the object itself where it has none. Pure. */
export function mapPodTemplate(object: KubernetesObject, map: (template: JsonObject) => JsonObject): KubernetesObject {
  const path = TEMPLATE_PATHS[object.kind];
  return path ? (mapField(object, path, map) as KubernetesObject) : object;
}

/** A copy of a value with the object at a path changed; the value itself where there is none. Pure. */
export function mapField(
  value: JsonObject,
  path: readonly string[],
  map: (value: JsonObject) => JsonObject,
): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return map(value);
  const child = value[key];
  return isJsonObject(child) ? { ...value, [key]: mapField(child, rest, map) } : value;
}
