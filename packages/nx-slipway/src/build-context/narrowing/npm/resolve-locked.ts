import { posix } from 'node:path';
import type { LockEntry, NpmLock } from './npm-lock';

/** One dependency of a locked package, and where it is. */
export interface LockedEdge {
  readonly name: string;
  /** Location of what it leads to; `undefined` where the lock file has nothing, e.g. an optional peer that nobody installs. */
  readonly to: string | undefined;
  readonly dev: boolean;
  readonly optional: boolean;
  readonly peer: boolean;
}

/**
 * Where the package at `location` finds a dependency: the nearest `node_modules` from its folder upwards that has it, as Node and npm
 * resolve it. What npm wrote down decides, ranges and `overrides` have been considered by it. Pure.
 */
export function resolveLocked(location: string, name: string, lock: NpmLock): string | undefined {
  for (let folder = location; ; folder = parentOf(folder)) {
    const candidate = posix.join(folder, 'node_modules', name);
    if (posix.basename(folder) !== 'node_modules' && candidate in lock.packages) return candidate;
    if (folder === '') return undefined;
  }
}

/**
 * The dependencies of the package at `location`. Of a name that is there in several kinds the last counts, in the order in which npm reads them
 * (`Node[_loadDeps]` of @npmcli/arborist 9): peer, production, optional, development. Development dependencies count only of what is
 * no installed package: the root, workspaces and other linked folders. Pure.
 */
export function listLockedEdges(location: string, lock: NpmLock): readonly LockedEdge[] {
  const entry: LockEntry = lock.packages[location] ?? {};
  const edges = new Map<string, LockedEdge>();
  const add = (
    names: Readonly<Record<string, string>> | undefined,
    kind: (name: string) => Partial<LockedEdge>,
  ): void => {
    for (const name of Object.keys(names ?? {})) {
      const to = resolveLocked(location, name, lock);
      edges.set(name, { name, to, dev: false, optional: false, peer: false, ...kind(name) });
    }
  };
  const optionalPeers = entry.peerDependenciesMeta ?? {};
  add(entry.peerDependencies, (name) => ({ peer: true, optional: optionalPeers[name]?.optional === true }));
  add(entry.dependencies, () => ({}));
  add(entry.optionalDependencies, () => ({ optional: true }));
  if (isSource(location)) add(entry.devDependencies, () => ({ dev: true }));
  return [...edges.values()];
}

/** Whether a location is a folder of the workspace and no installed package. */
export function isSource(location: string): boolean {
  return !location.split('/').includes('node_modules');
}

/** The folder that a link leads to, relative to the lock file; `undefined` for what is no link. */
export function linkTargetOf(entry: LockEntry | undefined): string | undefined {
  return entry?.link === true && entry.resolved !== undefined ? posix.normalize(entry.resolved) : undefined;
}

function parentOf(folder: string): string {
  const parent = posix.dirname(folder);
  return parent === '.' ? '' : parent;
}
