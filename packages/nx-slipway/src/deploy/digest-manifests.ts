import { createHash } from 'node:crypto';
import type { HelmRelease, SourcedObject } from '../clusters/cluster';

/**
 * SHA-256, `sha256:<64 hex>`, over rendered objects: independent of the order of keys, of files' names and of comments; and over
 * what releases are made of. Pure.
 */
export function digestManifests(
  objects: readonly SourcedObject[],
  releases: readonly Pick<HelmRelease, 'digest'>[] = [],
): string {
  const parts = [...objects.map(({ object }) => sortKeys(object)), ...releases.map(({ digest }) => digest)];
  const canonical = JSON.stringify(parts);
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
