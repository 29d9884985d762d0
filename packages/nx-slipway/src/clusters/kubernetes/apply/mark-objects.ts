import type { JsonObject } from '../../../artifact/json-object';
import type { KubernetesObject, SourcedObject } from '../../cluster';
import { digestJson } from './digest-object';
import { isFoundation } from './order-objects';
import { annotations, inventoryNameOf, OWNER_LABEL, ownerLabelOf } from './ownership';
import { resourceKey, type ResourceTable } from './resource-table';
import type { ObjectRef } from './object-ref';

/** An object as it is sent to the server. */
export interface DesiredObject extends SourcedObject {
  readonly ref: ObjectRef;
  /** Digest of the object as its manifest gives it, its pods' configuration included. */
  readonly digest: string;
}

/** Whose deploy it is, and where objects go that name no namespace. */
export interface Marking {
  readonly owner: string;
  readonly namespace: string;
  readonly resources: ResourceTable;
}

/** Where each workload kind keeps its pod template (Kubernetes API 1.34). */
const POD_TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Kinds whose spec the server refuses to change, and which are therefore replaced. */
export const REPLACED_KINDS: ReadonlySet<string> = new Set(['Job', 'Pod']);

/** Gives objects their namespace and the marks of their owner, their pods' templates the owner's label. Pure. */
export function markObjects(objects: readonly SourcedObject[], marking: Marking): DesiredObject[] {
  return objects.map(({ object, source }) => {
    const namespace = isNamespaced(object, marking) ? (object.metadata.namespace ?? marking.namespace) : '';
    const { apiVersion, kind } = object;
    const digest = digestJson(object);
    return {
      object: markTemplate(markObject(object, namespace, digest, marking), marking),
      source,
      digest,
      ref: { apiVersion, kind, namespace, name: object.metadata.name },
    };
  });
}

function isNamespaced(object: KubernetesObject, { resources }: Marking): boolean {
  return resources.get(resourceKey(object))?.namespaced ?? true;
}

function markObject(
  object: KubernetesObject,
  namespace: string,
  digest: string,
  { owner, namespace: home }: Marking,
): KubernetesObject {
  const { metadata } = object;
  const unplaced = Object.fromEntries(Object.entries(metadata).filter(([field]) => field !== 'namespace'));
  return {
    ...object,
    metadata: {
      ...unplaced,
      name: metadata.name,
      ...(namespace === '' ? {} : { namespace }),
      labels: { ...metadata.labels, [OWNER_LABEL]: ownerLabelOf(owner) },
      annotations: {
        ...metadata.annotations,
        [annotations.project]: owner,
        [annotations.inventory]: `${home}/${inventoryNameOf(owner)}`,
        ...(keepsDigest(object) ? { [annotations.appliedDigest]: digest } : {}),
      },
    },
  };
}

function keepsDigest(object: KubernetesObject): boolean {
  return REPLACED_KINDS.has(object.kind) || isFoundation(object);
}

/** Pods are found by the label of their owner, too. It is the same in every deploy, so it never makes a roll-out. */
function markTemplate(object: KubernetesObject, { owner }: Marking): KubernetesObject {
  const path = POD_TEMPLATE_PATHS[object.kind];
  if (!path) return object;
  return mapAt(object, path, (template) =>
    mapAt(template, ['metadata'], (metadata) => ({
      ...metadata,
      labels: { ...(metadata['labels'] as object | undefined), [OWNER_LABEL]: ownerLabelOf(owner) },
    })),
  ) as KubernetesObject;
}

function mapAt(
  value: JsonObject,
  [key, ...rest]: readonly string[],
  map: (value: JsonObject) => JsonObject,
): JsonObject {
  if (key === undefined) return map(value);
  const child = value[key] ?? (key === 'metadata' ? {} : undefined);
  return typeof child === 'object' && child !== null
    ? { ...value, [key]: mapAt(child as JsonObject, rest, map) }
    : value;
}
