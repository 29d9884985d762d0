import { SlipwayError } from '../../../errors/slipway-error';
import type { SourcedObject } from '../../cluster';
import type { KubernetesTools } from '../kubernetes-tools';
import { readApi } from './read-api';
import {
  groupVersionPath,
  readDefinedResources,
  readResourceList,
  resourceKey,
  type ResourceTable,
} from './resource-table';

/**
 * Asks the server how it names the kinds of these objects: one request for each version of a group. Kinds that the objects
 * themselves define count, too.
 * @throws {SlipwayError} CLUSTER_KIND_UNKNOWN, CLUSTER_API_REFUSED, CLUSTER_API_AWAY
 */
export async function readResources(
  objects: readonly SourcedObject[],
  edge: Pick<KubernetesTools, 'api' | 'tools'>,
): Promise<ResourceTable> {
  const versions = [...new Set(objects.map(({ object }) => object.apiVersion))];
  const lists = await Promise.all(
    versions.map(async (version) => readResourceList(version, (await readApi(groupVersionPath(version), edge)) ?? {})),
  );
  const table = new Map([...readDefinedResources(objects.map(({ object }) => object)), ...lists.flat()]);
  for (const { object, source } of objects) {
    if (table.has(resourceKey(object))) continue;
    const { kind, apiVersion, metadata } = object;
    throw new SlipwayError('CLUSTER_KIND_UNKNOWN', { source, kind, apiVersion, name: metadata.name });
  }
  return table;
}
