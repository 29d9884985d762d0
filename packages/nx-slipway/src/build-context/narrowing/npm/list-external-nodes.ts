import { parseNpmLock, type LockEntry, type NpmLock } from './npm-lock';
import { prunePackageLock } from './prune-npm-lock';
import { isSource, listLockedEdges } from './resolve-locked';

/**
 * The names that Nx gives, in its graph, to the npm packages which the root and these workspaces declare, and to all that they use of which
 * the lock file has more than one version. With what these depend on, which Nx adds by itself, it is all that they use. Nx has edges
 * to them of its own, but it looks into `node_modules` for them, and takes another version where that is not as the lock file says
 * (seen with Nx 22.7, 23.2 and 24.0). Only names that Nx knows, sorted; none where the lock file cannot be read. Pure.
 */
export function listExternalNodes(lockText: string, folders: readonly string[]): readonly string[] {
  const lock = parseNpmLock(lockText);
  const pruned = prunePackageLock(lockText, folders);
  if ('reason' in lock || pruned.status !== 'pruned') return [];
  const declared = pruned.used.filter(isSource).flatMap((location) => listLockedEdges(location, lock));
  const nested = pruned.used.filter((location) => location.lastIndexOf('node_modules/') > 0);
  const locations = [...declared.flatMap(({ to }) => to ?? []), ...nested];
  return [...new Set(locations.flatMap((location) => nodeNameOf(location, lock) ?? []))].sort();
}

/** Ported from `getNodes` of Nx 23.2.1 (plugins/js/lock-file/npm-parser), the same in 22.7 and 24.0. `undefined` for what is no node there. */
function nodeNameOf(location: string, lock: NpmLock): string | undefined {
  const name = location.split('node_modules/').at(-1) ?? '';
  const version = nodeVersionOf(lock.packages[location], name);
  if (version === undefined) return undefined;
  const atTopLevel = nodeVersionOf(lock.packages[`node_modules/${name}`], name);
  return atTopLevel === version ? `npm:${name}` : `npm:${name}@${version}`;
}

/** Ported from `findV3Version` there. */
function nodeVersionOf(entry: LockEntry | undefined, packageName: string): string | undefined {
  if (!entry || entry.link === true || entry.inBundle === true) return undefined;
  const { resolved, name } = entry;
  const isUseless = !entry.version || (resolved !== undefined && !resolved.includes(entry.version));
  const version = isUseless ? resolved : entry.version;
  if (!name || name === packageName) return version;
  return version ? `npm:${name}@${version}` : `npm:${name}`;
}
