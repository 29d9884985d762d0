import { createHash } from 'node:crypto';
import type { SourcedObject } from '../clusters/cluster';

/** SHA-256, `sha256:<64 hex>`, over rendered objects: independent of the order of keys, of files' names and of comments. Pure. */
export function digestManifests(objects: readonly SourcedObject[]): string {
  const canonical = JSON.stringify(objects.map(({ object }) => sortKeys(object)));
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
