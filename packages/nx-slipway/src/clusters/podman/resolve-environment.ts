import { SlipwayError } from '../../errors/slipway-error';
import type { ConfigEntries, ConfigSource } from './config-source';
import { expandVariables } from './expand-variables';
import type { ContainerManifest, VariableManifest, VariableSourceManifest } from './manifest-schemas';

/** What `fieldRef` can name, and where the container stands, for messages. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly source: string;
}

/** `NAME=value` of the image's own rules: what the kubelet takes from `envFrom`; other keys are skipped there with an event. */
const VARIABLE_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/**
 * The environment that a manifest gives to a container: `envFrom` in order, then `env` in order; later wins; `$(NAME)` in values
 * sees what stands before it (Kubernetes API 1.34). Pure.
 * @throws {SlipwayError} CLUSTER_REFERENCE_MISSING, CLUSTER_UNSUPPORTED_FIELD
 */
export function resolveEnvironment(
  container: Pick<ContainerManifest, 'name' | 'env' | 'envFrom'>,
  pod: PodFacts,
  configs: ConfigSource,
): Map<string, string> {
  const variables = new Map<string, string>();
  for (const source of container.envFrom) {
    for (const [key, value] of entriesOf(source, pod, configs)) {
      const name = source.prefix + key;
      if (VARIABLE_NAME.test(name)) variables.set(name, value.toString('utf8'));
    }
  }
  for (const variable of container.env) {
    const value = valueOf(variable, pod, configs, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

function entriesOf(source: VariableSourceManifest, pod: PodFacts, configs: ConfigSource): ConfigEntries {
  if (source.configMapRef) return findConfig('ConfigMap', source.configMapRef, pod, configs) ?? new Map();
  if (source.secretRef) return findConfig('Secret', source.secretRef, pod, configs) ?? new Map();
  return new Map();
}

function valueOf(
  { name, value, valueFrom }: VariableManifest,
  pod: PodFacts,
  configs: ConfigSource,
  variables: ReadonlyMap<string, string>,
): string | undefined {
  if (valueFrom?.fieldRef) return fieldValue(valueFrom.fieldRef.fieldPath, name, pod);
  if (valueFrom?.configMapKeyRef) return keyValue('ConfigMap', valueFrom.configMapKeyRef, pod, configs);
  if (valueFrom?.secretKeyRef) return keyValue('Secret', valueFrom.secretKeyRef, pod, configs);
  return expandVariables(value ?? '', variables);
}

interface KeyReference {
  readonly name: string;
  readonly key: string;
  readonly optional: boolean;
}

function keyValue(
  kind: 'ConfigMap' | 'Secret',
  reference: KeyReference,
  pod: PodFacts,
  configs: ConfigSource,
): string | undefined {
  const value = findConfig(kind, reference, pod, configs)?.get(reference.key);
  if (value === undefined && !reference.optional) {
    throw missing(`the key "${reference.key}" of ${kind} ${pod.namespace}/${reference.name}`, pod);
  }
  return value?.toString('utf8');
}

/**
 * The entries of a ConfigMap or Secret that a pod refers to; `undefined` where it may be missing and is.
 * @throws {SlipwayError} CLUSTER_REFERENCE_MISSING
 */
export function findConfig(
  kind: 'ConfigMap' | 'Secret',
  reference: { readonly name: string; readonly optional: boolean },
  pod: PodFacts,
  configs: ConfigSource,
): ConfigEntries | undefined {
  const entries = configs.find(kind, pod.namespace, reference.name);
  if (!entries && !reference.optional) throw missing(`${kind} ${pod.namespace}/${reference.name}`, pod);
  return entries;
}

function missing(reference: string, pod: PodFacts): SlipwayError {
  return new SlipwayError('CLUSTER_REFERENCE_MISSING', { source: pod.source, pod: pod.name, reference });
}

function fieldValue(path: string, variable: string, pod: PodFacts): string {
  const label = /^metadata\.labels\['([^']+)'\]$/.exec(path)?.[1];
  if (label !== undefined) return pod.labels[label] ?? '';
  if (path === 'metadata.name') return pod.name;
  if (path === 'metadata.namespace') return pod.namespace;
  if (path === 'status.podIP') return pod.address;
  throw new SlipwayError('CLUSTER_UNSUPPORTED_FIELD', {
    source: pod.source,
    kind: 'Pod',
    name: pod.name,
    path: `env "${variable}": fieldRef ${path}`,
  });
}
