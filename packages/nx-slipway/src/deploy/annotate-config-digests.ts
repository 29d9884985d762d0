import { isJsonObject, type JsonObject } from '../artifact/json-object';
import { createHash } from 'node:crypto';
import type { KubernetesObject, SourcedObject } from '../clusters/cluster';
import { mapPodTemplate } from './pod-templates';

/** The annotation of a pod template that makes a changed ConfigMap or Secret a roll-out. */
export const CONFIG_DIGEST_ANNOTATION = 'nx-slipway.io/config-digest';

const CONFIG_KINDS = ['ConfigMap', 'Secret'] as const;
type ConfigKind = (typeof CONFIG_KINDS)[number];

/**
 * Puts a digest of the ConfigMaps and Secrets that a pod uses into its template, so that a change of theirs makes new pods.
 * Counted are those of the same deploy, by volumes, `envFrom` and `env`; templates that use none stay as they are. Pure.
 */
export function annotateConfigDigests(objects: readonly SourcedObject[]): SourcedObject[] {
  const contents = new Map(
    objects.flatMap(({ object }) => {
      const kind = CONFIG_KINDS.find((candidate) => object.kind === candidate && object.apiVersion === 'v1');
      return kind ? [[keyOf(kind, object, object.metadata.name), digestContent(object)] as const] : [];
    }),
  );
  return objects.map(({ object, source }) => ({ source, object: annotate(object, contents) }));
}

function annotate(object: KubernetesObject, contents: ReadonlyMap<string, string>): KubernetesObject {
  return mapPodTemplate(object, (template) => {
    const used = listUsedConfig(template['spec'])
      .map(({ kind, name }) => keyOf(kind, object, name))
      .filter((key) => contents.has(key));
    if (used.length === 0) return template;
    const parts = [...new Set(used)].toSorted().map((key) => [key, contents.get(key)]);
    const metadata = isJsonObject(template['metadata']) ? template['metadata'] : {};
    const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    return {
      ...template,
      metadata: { ...metadata, annotations: { ...annotations, [CONFIG_DIGEST_ANNOTATION]: digest } },
    };
  });
}

interface UsedConfig {
  readonly kind: ConfigKind;
  readonly name: string;
}

/**
 * Every reference of a pod's spec to a ConfigMap or Secret (Kubernetes API 1.34): `configMap` and `secret` of volumes and of
 * projected sources, `configMapRef` and `secretRef`, `configMapKeyRef` and `secretKeyRef`.
 */
function listUsedConfig(podSpec: unknown): UsedConfig[] {
  if (!isJsonObject(podSpec)) return [];
  const volumes = itemsOf(podSpec['volumes']).flatMap((volume) => {
    const projected = isJsonObject(volume['projected']) ? itemsOf(volume['projected']['sources']) : [];
    return [volume, ...projected].flatMap((source) => [
      ...referenceOf('ConfigMap', source['configMap'], 'name'),
      ...referenceOf('Secret', source['secret'], 'secretName'),
      ...referenceOf('Secret', source['secret'], 'name'),
    ]);
  });
  const containers = ['initContainers', 'containers'].flatMap((list) => itemsOf(podSpec[list]));
  const environment = containers.flatMap(({ env, envFrom }) => [
    ...itemsOf(envFrom).flatMap((source) => [
      ...referenceOf('ConfigMap', source['configMapRef'], 'name'),
      ...referenceOf('Secret', source['secretRef'], 'name'),
    ]),
    ...itemsOf(env).flatMap(({ valueFrom }) =>
      isJsonObject(valueFrom)
        ? [
            ...referenceOf('ConfigMap', valueFrom['configMapKeyRef'], 'name'),
            ...referenceOf('Secret', valueFrom['secretKeyRef'], 'name'),
          ]
        : [],
    ),
  ]);
  return [...volumes, ...environment];
}

function referenceOf(kind: ConfigKind, reference: unknown, field: string): UsedConfig[] {
  const name = isJsonObject(reference) ? reference[field] : undefined;
  return typeof name === 'string' ? [{ kind, name }] : [];
}

function itemsOf(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** A pod uses what is in its own namespace. */
function keyOf(kind: ConfigKind, { metadata }: KubernetesObject, name: string): string {
  return `${kind} ${metadata.namespace ?? ''}/${name}`;
}

function digestContent({ data, binaryData, stringData }: KubernetesObject): string {
  const sorted = [data, binaryData, stringData].map((part) =>
    isJsonObject(part) ? Object.entries(part).toSorted(([first], [second]) => (first < second ? -1 : 1)) : null,
  );
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
