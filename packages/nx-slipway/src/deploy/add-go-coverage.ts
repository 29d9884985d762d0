import { isJsonObject, type JsonObject } from '../artifact/json-object';
import { posix } from 'node:path';
import type { SourcedObject } from '../clusters/cluster';
import { mapField, mapPodTemplate } from './pod-templates';

/** The variable by which Go's runtime learns where to leave what a program built with `-cover` has counted (Go 1.20). */
export const COVERAGE_VARIABLE = 'GOCOVERDIR';

/** Name of the volume, and where it is mounted. */
const VOLUME_NAME = 'slipway-coverage';
const MOUNT_PATH = '/slipway-coverage';

/** Where pods leave coverage. */
export interface CoveragePlace {
  /** Absolute path in the nodes. */
  readonly nodePath: string;
  /** How objects name an image, to the name of its folder below. */
  readonly folders: ReadonlyMap<string, string>;
}

/**
 * Gives each container that runs one of these images the variable GOCOVERDIR and a folder of its node, init containers too. One that sets the
 * variable itself stays as it is, and so do objects without such a container. Pure.
 */
export function addGoCoverage(objects: readonly SourcedObject[], place: CoveragePlace): SourcedObject[] {
  return objects.map(({ object, source }) => ({
    source,
    object: mapPodTemplate(object, (template) => mapField(template, ['spec'], (spec) => coverPod(spec, place))),
  }));
}

function coverPod(spec: JsonObject, { nodePath, folders }: CoveragePlace): JsonObject {
  let isCovered = false;
  const cover = (container: JsonObject): JsonObject => {
    const folder = folders.get(String(container['image']));
    const env = itemsOf(container['env']);
    if (folder === undefined || env.some(({ name }) => name === COVERAGE_VARIABLE)) return container;
    isCovered = true;
    return {
      ...container,
      env: [...env, { name: COVERAGE_VARIABLE, value: posix.join(MOUNT_PATH, folder) }],
      volumeMounts: [...itemsOf(container['volumeMounts']), { name: VOLUME_NAME, mountPath: MOUNT_PATH }],
    };
  };
  const lists = ['initContainers', 'containers'].filter((list) => Array.isArray(spec[list]));
  const covered = Object.fromEntries(lists.map((list) => [list, itemsOf(spec[list]).map(cover)]));
  if (!isCovered) return spec;
  const volume = { name: VOLUME_NAME, hostPath: { path: nodePath, type: 'Directory' } };
  return { ...spec, ...covered, volumes: [...itemsOf(spec['volumes']), volume] };
}

function itemsOf(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
