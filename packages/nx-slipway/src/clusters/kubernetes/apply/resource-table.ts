import { apiGroupOf } from '../../api-group';
import type { KubernetesObject } from '../../cluster';
import type { ObjectRef } from './object-ref';

/** How the API names a kind. */
export interface Resource {
  /** e.g. `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `apiVersion kind` to its resource, for every kind that a deploy needs and the server has. */
export type ResourceTable = ReadonlyMap<string, Resource>;

/** The key of a kind in a `ResourceTable`. Pure. */
export function resourceKey({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}

/** Where the API lists a version of a group: `/api/v1`, `/apis/apps/v1`. Pure. */
export function groupVersionPath(apiVersion: string): string {
  return apiGroupOf(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
}

/** The API path of all objects of a kind in a namespace. Pure. */
export function collectionPath(apiVersion: string, namespace: string, { plural }: Pick<Resource, 'plural'>): string {
  const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
  return `${groupVersionPath(apiVersion)}${scope}/${plural}`;
}

/** The API path of one object. Pure. */
export function objectPath(ref: ObjectRef, resource: Pick<Resource, 'plural'>): string {
  return `${collectionPath(ref.apiVersion, ref.namespace, resource)}/${encodeURIComponent(ref.name)}`;
}

/** The kinds of an `APIResourceList` as the server gives it; subresources are left out. Pure. */
export function readResourceList(apiVersion: string, body: unknown): [string, Resource][] {
  const { resources } = body as { readonly resources?: readonly ApiResource[] };
  return (resources ?? [])
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => [resourceKey({ apiVersion, kind }), { plural: name, namespaced }]);
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The kinds that CustomResourceDefinitions among the objects define, which the server may not know yet. Pure. */
export function readDefinedResources(objects: readonly KubernetesObject[]): [string, Resource][] {
  return objects.filter(isDefinition).flatMap((object) => {
    const { group, names, scope, versions } = (object['spec'] ?? {}) as DefinitionSpec;
    const { kind, plural } = names ?? {};
    if (group === undefined || kind === undefined || plural === undefined) return [];
    const resource = { plural, namespaced: scope === 'Namespaced' };
    const served = (versions ?? []).filter((version) => version.served !== false);
    return served.map(({ name }): [string, Resource] => [
      resourceKey({ apiVersion: `${group}/${name}`, kind }),
      resource,
    ]);
  });
}

/** Whether an object defines a kind. Pure. */
export function isDefinition({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return kind === 'CustomResourceDefinition' && apiGroupOf(apiVersion) === 'apiextensions.k8s.io';
}

interface DefinitionSpec {
  readonly group?: string;
  readonly names?: { readonly kind?: string; readonly plural?: string };
  readonly scope?: string;
  readonly versions?: readonly { readonly name: string; readonly served?: boolean }[];
}
