import { stringify } from 'yaml';
import { apiGroupOf } from '../clusters/api-group';
import type { KubernetesObject, SourcedObject } from '../clusters/cluster';

/**
 * Objects as files of YAML, one each: `<kind>-<name>.yaml`, below a folder of its namespace where the object names one. Equal
 * objects give equal bytes. Pure.
 * @returns path, relative, and text
 */
export function renderManifestFiles(objects: readonly SourcedObject[]): [path: string, text: string][] {
  return objects.map(({ object }) => [pathOf(object), stringify(object, { version: '1.1', lineWidth: 0 })]);
}

function pathOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiGroupOf(apiVersion);
  // Names of RBAC objects may hold ":", which not every file system takes; two names never give one file.
  const name = `${[kind.toLowerCase(), group].filter(Boolean).join('.')}-${encodeURIComponent(metadata.name)}.yaml`;
  return metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`;
}
