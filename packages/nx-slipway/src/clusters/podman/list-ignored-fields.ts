import { isJsonObject, type JsonObject } from '../../artifact/json-object';
import type { KubernetesObject } from '../cluster';
import { ignoredFields, silentFields, type IgnoringShape } from './ignored-fields';

const SPEC_PLACES: Readonly<Record<string, IgnoringShape>> = {
  Service: 'serviceSpec',
  Deployment: 'deploymentSpec',
  StatefulSet: 'statefulSetSpec',
  Job: 'jobSpec',
  PersistentVolumeClaim: 'claimSpec',
};

/** Paths of the fields of one object that do nothing here and are worth a notice, e.g. `spec.template.spec.affinity`. Pure. */
export function listIgnoredFields(object: KubernetesObject): string[] {
  const root: JsonObject = object;
  const spec = childOf(root, 'spec');
  const specPlace = SPEC_PLACES[object.kind];
  const template = childOf(spec, 'template');
  return [
    ...usesIn(root, 'object', ''),
    ...usesIn(childOf(root, 'metadata'), 'metadata', 'metadata.'),
    ...(specPlace ? usesIn(spec, specPlace, 'spec.') : []),
    ...(object.kind === 'Pod' ? usesInPodSpec(spec, 'spec.') : []),
    ...usesIn(childOf(template, 'metadata'), 'metadata', 'spec.template.metadata.'),
    ...usesInPodSpec(childOf(template, 'spec'), 'spec.template.spec.'),
  ];
}

function usesInPodSpec(podSpec: JsonObject, path: string): string[] {
  return [
    ...usesIn(podSpec, 'podSpec', path),
    ...usesIn(childOf(podSpec, 'securityContext'), 'podSecurityContext', `${path}securityContext.`),
    ...childrenOf(podSpec, 'volumes').flatMap((volume, index) =>
      usesIn(childOf(volume, 'emptyDir'), 'emptyDir', `${path}volumes[${index}].emptyDir.`),
    ),
    ...['initContainers', 'containers'].flatMap((list) =>
      childrenOf(podSpec, list).flatMap((container, index) => usesInContainer(container, `${path}${list}[${index}].`)),
    ),
  ];
}

function usesInContainer(container: JsonObject, path: string): string[] {
  const limits = childOf(childOf(container, 'resources'), 'limits');
  return [
    ...usesIn(container, 'container', path),
    ...usesIn(limits, 'resourceLimits', `${path}resources.limits.`),
    ...['readinessProbe', 'startupProbe'].flatMap((name) =>
      usesIn(childOf(container, name), 'probe', `${path}${name}.`),
    ),
  ];
}

function usesIn(value: JsonObject, place: IgnoringShape, path: string): string[] {
  return (
    ignoredFields[place]
      .filter((name) => value[name] !== undefined && value[name] !== null && !silentFields.has(name))
      // What the podman cluster does anyway.
      .filter((name) => name !== 'strategy' || childOf(value, name)['type'] !== 'Recreate')
      .map((name) => `${path}${name}`)
  );
}

function childOf(value: JsonObject, name: string): JsonObject {
  const child = value[name];
  return isJsonObject(child) ? child : {};
}

function childrenOf(value: JsonObject, name: string): JsonObject[] {
  const children = value[name];
  return Array.isArray(children) ? children.filter(isJsonObject) : [];
}
