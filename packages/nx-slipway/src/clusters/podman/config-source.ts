import type { ClusterObjects } from './read-objects';

/** What a ConfigMap or Secret holds: key to bytes. */
export type ConfigEntries = ReadonlyMap<string, Buffer>;

/** ConfigMaps and Secrets of all deploys of a cluster. */
export interface ConfigSource {
  find(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): ConfigEntries | undefined;
}

/** Makes ConfigMaps and Secrets of all deploys findable by name. `stringData` beats `data`, as the API server has it. Pure. */
export function createConfigSource(deploys: readonly ClusterObjects[]): ConfigSource {
  const entries = new Map<string, ConfigEntries>();
  for (const { configMaps, secrets } of deploys) {
    for (const { manifest, namespace } of configMaps) {
      const { data, binaryData } = manifest;
      entries.set(
        keyOf('ConfigMap', namespace, manifest.metadata.name),
        new Map([...plainEntries(data), ...base64Entries(binaryData)]),
      );
    }
    for (const { manifest, namespace } of secrets) {
      const { data, stringData } = manifest;
      entries.set(
        keyOf('Secret', namespace, manifest.metadata.name),
        new Map([...base64Entries(data), ...plainEntries(stringData)]),
      );
    }
  }
  return { find: (kind, namespace, name) => entries.get(keyOf(kind, namespace, name)) };
}

/** Every value of every Secret, as text: what must not be printed. */
export function listSecretValues(deploys: readonly ClusterObjects[]): string[] {
  return deploys.flatMap(({ secrets }) =>
    secrets.flatMap(({ manifest }) => [
      ...Object.values(manifest.stringData),
      ...Object.values(manifest.data).map((value) => Buffer.from(value, 'base64').toString('utf8')),
    ]),
  );
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function plainEntries(values: Readonly<Record<string, string>>): [string, Buffer][] {
  return Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'utf8')]);
}

function base64Entries(values: Readonly<Record<string, string>>): [string, Buffer][] {
  return Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'base64')]);
}
