import { createHash } from 'node:crypto';
import { SlipwayError } from '../../errors/slipway-error';
import type { ConfigEntries, ConfigSource } from './config-source';
import type { KeyToPath, VolumeManifest } from './manifest-schemas';
import { findConfig, type PodFacts } from './resolve-environment';

/** One file of a ConfigMap or Secret volume. */
export interface ConfigFile {
  /** Relative to the volume. */
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** A folder whose name is the digest of its content: written once, never changed. */
export interface ConfigFolder {
  /** 32 hex characters over paths, modes, group and content. */
  readonly digest: string;
  readonly files: readonly ConfigFile[];
  /** The group that owns the files (the pod's fsGroup). */
  readonly group?: number;
}

/** Group read for an fsGroup, as the kubelet's atomic writer gives it. */
const GROUP_READ = 0o040;

/**
 * The files of a ConfigMap or Secret volume; `undefined` for a volume of another kind. An optional one that is missing is empty. Pure.
 * @throws {SlipwayError} CLUSTER_REFERENCE_MISSING
 */
export function renderConfigFolder(
  volume: VolumeManifest,
  pod: PodFacts,
  configs: ConfigSource,
  group: number | undefined,
): ConfigFolder | undefined {
  const source = sourceOf(volume);
  if (!source) return undefined;
  const entries = findConfig(source.kind, source, pod, configs) ?? new Map<string, Buffer>();
  const files = listFiles(source, entries, pod).map((file) =>
    group === undefined ? file : { ...file, mode: file.mode | GROUP_READ },
  );
  return { digest: digestOf(files, group), files, ...(group === undefined ? {} : { group }) };
}

interface VolumeSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional: boolean;
  readonly defaultMode: number;
  readonly items?: readonly KeyToPath[] | undefined;
}

function sourceOf({ configMap, secret }: VolumeManifest): VolumeSource | undefined {
  if (configMap) return { kind: 'ConfigMap', ...configMap };
  return secret && { kind: 'Secret', name: secret.secretName, ...secret };
}

function listFiles(source: VolumeSource, entries: ConfigEntries, pod: PodFacts): ConfigFile[] {
  if (!source.items) {
    return [...entries].map(([path, content]) => ({ path, content, mode: source.defaultMode }));
  }
  return source.items.flatMap(({ key, path, mode }) => {
    const content = entries.get(key);
    if (content) return [{ path, content, mode: mode ?? source.defaultMode }];
    if (source.optional) return [];
    const reference = `the key "${key}" of ${source.kind} ${pod.namespace}/${source.name}`;
    throw new SlipwayError('CLUSTER_REFERENCE_MISSING', { source: pod.source, pod: pod.name, reference });
  });
}

function digestOf(files: readonly ConfigFile[], group: number | undefined): string {
  const hash = createHash('sha256').update(`group ${group ?? ''}\0`);
  for (const { path, content, mode } of files) {
    hash.update(`${path}\0${mode.toString(8)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}
