import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../cluster';
import type { LiveObject } from './object-ref';

/** Annotations that Kubernetes itself keeps on an object while nobody changes it (Kubernetes 1.34). */
const KEPT_BY_KUBERNETES: ReadonlySet<string> = new Set(['deployment.kubernetes.io/revision']);

/** What the server counts and notes about an object. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['resourceVersion', 'generation', 'managedFields']);

/** SHA-256, 64 hex digits, of any JSON value, independent of the order of keys. Pure. */
export function digestJson(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value, (_, child: unknown) => sortKeys(child)))
    .digest('hex');
}

/**
 * Equal as long as nobody changes a live object: its content without status and bookkeeping, its uid included. Of a Secret only
 * the version counts, which changes with its content: a digest of its values would say something about them. Pure.
 */
export function digestLive(live: LiveObject): string {
  const { uid, resourceVersion } = live.metadata;
  if (live.kind === 'Secret') return digestJson({ uid, resourceVersion });
  return digestJson({ ...live, metadata: contentOfMetadata(live.metadata), status: undefined });
}

function contentOfMetadata(metadata: KubernetesObject['metadata']): Record<string, unknown> {
  const { annotations = {}, ...others } = metadata;
  return {
    ...without(others, BOOKKEEPING),
    annotations: without(annotations, KEPT_BY_KUBERNETES),
  };
}

function without(fields: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([first], [second]) => (first < second ? -1 : 1)));
}
