import type { z } from 'zod';
import { SlipwayError } from '../../errors/slipway-error';
import type { SourcedObject } from '../cluster';
import { DEFAULT_NAMESPACE } from './default-namespace';
import {
  manifestSchemas,
  type ClaimObject,
  type ConfigMapObject,
  type DeploymentObject,
  type JobObject,
  type PodObject,
  type SecretObject,
  type ServiceObject,
  type StatefulSetObject,
  type SupportedKind,
} from './manifest-schemas';

/** An object that was understood whole. */
export interface ReadObject<Manifest> {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly source: string;
}

/** The objects of one deploy by kind. Namespaces need nothing done: a namespace here is a part of names. */
export interface ClusterObjects {
  readonly configMaps: readonly ReadObject<ConfigMapObject>[];
  readonly secrets: readonly ReadObject<SecretObject>[];
  readonly claims: readonly ReadObject<ClaimObject>[];
  readonly services: readonly ReadObject<ServiceObject>[];
  readonly pods: readonly ReadObject<PodObject>[];
  readonly deployments: readonly ReadObject<DeploymentObject>[];
  readonly statefulSets: readonly ReadObject<StatefulSetObject>[];
  readonly jobs: readonly ReadObject<JobObject>[];
}

/**
 * Reads the objects of one deploy. Afterwards every field of every object is either understood or in the list of ignored ones. Pure.
 * @throws {SlipwayError} CLUSTER_UNSUPPORTED_OBJECT, CLUSTER_UNSUPPORTED_FIELD, CLUSTER_OBJECT_INVALID
 */
export function readObjects(objects: readonly SourcedObject[]): ClusterObjects {
  const unsupported = objects.find(({ object }) => !isSupported(object.apiVersion, object.kind));
  if (unsupported) throw unsupportedObject(unsupported);
  const ofKind = <Kind extends SupportedKind>(kind: Kind) =>
    objects.filter(({ object }) => object.kind === kind).map((sourced) => readObject(kind, sourced));
  ofKind('Namespace');
  return {
    configMaps: ofKind('ConfigMap'),
    secrets: ofKind('Secret'),
    claims: ofKind('PersistentVolumeClaim'),
    services: ofKind('Service'),
    pods: ofKind('Pod'),
    deployments: ofKind('Deployment'),
    statefulSets: ofKind('StatefulSet'),
    jobs: ofKind('Job'),
  };
}

function isSupported(apiVersion: string, kind: string): boolean {
  return (
    Object.hasOwn(manifestSchemas, kind) && manifestSchemas[kind as SupportedKind].shape.apiVersion.value === apiVersion
  );
}

/** A deploy looks at the same objects several times; validating one costs about a millisecond. */
const understood = new WeakMap<SourcedObject, ReadObject<unknown>>();

function readObject<Kind extends SupportedKind>(
  kind: Kind,
  sourced: SourcedObject,
): ReadObject<z.infer<(typeof manifestSchemas)[Kind]>> {
  const known = understood.get(sourced) ?? validate(kind, sourced);
  understood.set(sourced, known);
  return known as ReadObject<z.infer<(typeof manifestSchemas)[Kind]>>;
}

function validate(kind: SupportedKind, { object, source }: SourcedObject): ReadObject<unknown> {
  const result = manifestSchemas[kind].safeParse(object);
  if (!result.success) throw describeIssue(result.error, { object, source });
  return { manifest: result.data, namespace: object.metadata.namespace ?? DEFAULT_NAMESPACE, source };
}

function unsupportedObject({ object, source }: SourcedObject): SlipwayError {
  return new SlipwayError('CLUSTER_UNSUPPORTED_OBJECT', {
    source,
    kind: object.kind,
    apiVersion: object.apiVersion,
    name: object.metadata.name,
    supported: Object.keys(manifestSchemas).join(', '),
  });
}

function describeIssue(error: z.ZodError, { object, source }: SourcedObject): SlipwayError {
  const named = { source, kind: object.kind, name: object.metadata.name };
  const unknownField = error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknownField?.code === 'unrecognized_keys') {
    const path = renderPath([...unknownField.path, ...unknownField.keys.slice(0, 1)]);
    return new SlipwayError('CLUSTER_UNSUPPORTED_FIELD', { ...named, path });
  }
  const unsupportedValue = error.issues.find((issue) => issue.code === 'invalid_value');
  if (unsupportedValue) {
    const path = `${renderPath(unsupportedValue.path)} (${unsupportedValue.message})`;
    return new SlipwayError('CLUSTER_UNSUPPORTED_FIELD', { ...named, path });
  }
  const [issue] = error.issues;
  return new SlipwayError('CLUSTER_OBJECT_INVALID', {
    ...named,
    path: renderPath(issue?.path ?? []),
    reason: issue?.message ?? 'it is not valid',
  });
}

/** `spec.containers[0].image`, as Kubernetes' own messages have it. */
function renderPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
