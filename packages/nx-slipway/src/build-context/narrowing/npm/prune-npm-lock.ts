import { posix } from 'node:path';
import { computeDependencyFlags } from './compute-dependency-flags';
import { parseNpmLock, type LockEntry, type NpmLock } from './npm-lock';
import { isSource, linkTargetOf } from './resolve-locked';

/** A lock file with only what some workspaces and the root use. */
export interface PrunedLock {
  readonly status: 'pruned';
  /** JSON with sorted keys: the same packages give the same bytes. */
  readonly text: string;
  /**
   * Folders of the workspace, relative to the lock file, that npm links: those that were asked for where the lock file has them, and those
   * that these depend on by their `package.json`. Sorted.
   */
  readonly linkedFolders: readonly string[];
  /** Archives (`file:vendor/x.tgz`) that npm installs from the workspace, relative to the lock file. Sorted. */
  readonly archives: readonly string[];
  /** Locations in the lock file of all that is left. */
  readonly used: readonly string[];
}

/** A lock file that has to be used as it is. */
export interface UnprunedLock {
  readonly status: 'not-pruned';
  /** Completes the sentence "the lock file is not pruned: …". */
  readonly reason: string;
}

/**
 * Prunes a `package-lock.json` (lockfileVersion 2 or 3) to what these workspaces and the root use: their dependencies of every kind, what these depend
 * on, workspaces that they link. With it and the `package.json` of the root and of `linkedFolders`, `npm ci` (npm 10 and 11) installs exactly the
 * versions at exactly the places that the whole lock file gives these workspaces. What the root itself declares stays,
 * because `npm ci` refuses a lock file that does not agree with the root's `package.json`.
 * The text says nothing of what cannot change an installation (licenses, funding, deprecations), so it changes only
 * when a package that is used does, or its place. Written as lockfileVersion 3, which npm reads from version 7 on. Pure.
 * @param folders workspace folders, relative to the lock file; others than workspaces are ignored
 */
export function prunePackageLock(lockText: string, folders: readonly string[]): PrunedLock | UnprunedLock {
  const lock = parseNpmLock(lockText);
  if ('reason' in lock) return { status: 'not-pruned', reason: lock.reason };
  const flags = computeDependencyFlags(lock, linksTo(folders, lock));
  const used = Object.keys(lock.packages).filter((location) => flags.has(location) || isInUsed(location, lock, flags));
  const packages = used.map((location) => [location, describeEntry(location, lock, flags)]);
  const { name, version } = lock;
  const pruned = {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: Object.fromEntries(packages) as unknown,
  };
  return {
    status: 'pruned',
    text: `${JSON.stringify(sortKeys(pruned), null, 2)}\n`,
    linkedFolders: used.filter((location) => location !== '' && isSource(location)).sort(),
    archives: [...new Set(used.flatMap((location) => archiveOf(lock.packages[location])))].sort(),
    used,
  };
}

type FlagsByLocation = ReturnType<typeof computeDependencyFlags>;

/** Fields that say nothing of what is installed, and those that are computed again. */
const LEFT_OUT = ['license', 'funding', 'deprecated', 'dev', 'optional', 'devOptional', 'peer', 'extraneous'];

/** Locations of the links to these folders. */
function linksTo(folders: readonly string[], lock: NpmLock): readonly string[] {
  const wanted = new Set(folders.map((folder) => posix.normalize(folder)));
  return Object.keys(lock.packages).filter((location) => {
    const target = linkTargetOf(lock.packages[location]);
    return target !== undefined && wanted.has(target);
  });
}

/** What is bundled in a package, or comes with its shrinkwrap, is in it whoever depends on it. */
function isInUsed(location: string, lock: NpmLock, flags: FlagsByLocation): boolean {
  const owner = ownerOf(location);
  if (owner === undefined) return false;
  const comesWithOwner = lock.packages[location]?.inBundle === true || lock.packages[owner]?.hasShrinkwrap === true;
  return comesWithOwner && (flags.has(owner) || isInUsed(owner, lock, flags));
}

/** The package in whose `node_modules` a location is; `undefined` at the top level. */
function ownerOf(location: string): string | undefined {
  const cut = location.lastIndexOf('/node_modules/');
  return cut < 0 ? undefined : location.slice(0, cut);
}

function describeEntry(location: string, lock: NpmLock, flags: FlagsByLocation): LockEntry {
  const entry = lock.packages[location] ?? {};
  if (entry.link === true) return entry;
  const kept = Object.fromEntries(Object.entries(entry).filter(([field]) => !LEFT_OUT.includes(field)));
  return { ...kept, ...nearestFlags(location, flags) };
}

function nearestFlags(location: string, flags: FlagsByLocation): object {
  for (let owner: string | undefined = location; owner !== undefined; owner = ownerOf(owner)) {
    const found = flags.get(owner);
    if (found) return found;
  }
  return {};
}

function archiveOf(entry: LockEntry | undefined): readonly string[] {
  const { resolved = '', link } = entry ?? {};
  return link === true || !resolved.startsWith('file:') ? [] : [posix.normalize(resolved.slice('file:'.length))];
}

/** By UTF-16 code units, as canonical JSON has it; lists keep their order, which means something to npm. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, nested]) => [key, sortKeys(nested)]));
}
