import { createHash } from 'node:crypto';
import { parseNpmLock } from './npm-lock';
import { isSource } from './resolve-locked';

/**
 * A digest (24 hex characters) of what a pruned lock file can show and Nx does not hash of npm packages: which packages lie below others and not at the
 * top level, where archives and registries are, which fields npm wrote. A package that is used cannot move without changing
 * the list of places below the top level, so a lock file with the same digest puts packages of the same versions at the same places.
 * An update of a package that nobody shares, the usual one, leaves it as it is. Pure.
 */
export function digestLockLayout(lockText: string): string {
  const lock = parseNpmLock(lockText);
  const layout = 'reason' in lock ? lockText : describeLayout(lock.packages, lock.lockfileVersion);
  return createHash('sha256').update(JSON.stringify(layout)).digest('hex').slice(0, 24);
}

type Packages = Exclude<ReturnType<typeof parseNpmLock>, { readonly reason: string }>['packages'];

function describeLayout(packages: Packages, lockfileVersion: number): object {
  const entries = Object.values(packages);
  return {
    lockfileVersion,
    nested: Object.keys(packages)
      .filter((location) => !isSource(location) && location.lastIndexOf('node_modules/') > 0)
      .sort(),
    origins: sortedSet(entries.flatMap(({ link, resolved }) => (link === true ? [] : [originOf(resolved ?? '')]))),
    fields: sortedSet(entries.flatMap((entry) => Object.keys(entry))),
  };
}

/** The host of a registry, and the whole of anything else. */
function originOf(resolved: string): string {
  return /^https?:\/\/[^/]+/.exec(resolved)?.[0] ?? resolved;
}

function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
