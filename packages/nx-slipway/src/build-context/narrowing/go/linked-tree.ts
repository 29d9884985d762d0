import { posix } from 'node:path';
import { folderOf } from '../../context-path';
import type { ContextTree, ContextTreeEntry } from '../rule-selection';

/** What a path leads to when links are followed. */
export interface ResolvedPath {
  /**
   * `missing`: nothing is there, or a link leads out of the build context. `unknown`: a link's target is not told.
   */
  readonly kind: 'file' | 'directory' | 'missing' | 'unknown';
  /** The path without links. */
  readonly path: string;
  /** The links that were followed, their own paths; they have to be selected for the path to lead there. */
  readonly links: readonly string[];
}

/** The tree of a build context in which links are followed, as Go's tools follow them: relative ones within the build context. */
export interface LinkedTree {
  resolve(path: string): ResolvedPath;
  /** Entries of a folder that was resolved. */
  list(folder: string): readonly ContextTreeEntry[];
}

/** As Linux: a path that takes more links is a loop. */
const MAX_LINKS = 40;

/** Wraps a tree. Each folder is listed once at most, each path resolved once. */
export function followLinks(tree: ContextTree): LinkedTree {
  const listings = new Map<string, ReadonlyMap<string, ContextTreeEntry>>();
  const resolved = new Map<string, ResolvedPath>([['', { kind: 'directory', path: '', links: [] }]]);

  const listingOf = (folder: string): ReadonlyMap<string, ContextTreeEntry> => {
    const known = listings.get(folder);
    if (known) return known;
    const listing = new Map(tree.list(folder).map((entry) => [entry.name, entry]));
    listings.set(folder, listing);
    return listing;
  };
  const resolve = (path: string, depth: number): ResolvedPath => {
    const known = resolved.get(path);
    if (known) return known;
    const result = resolveLast(path, depth);
    resolved.set(path, result);
    return result;
  };
  const resolveLast = (path: string, depth: number): ResolvedPath => {
    const parent = resolve(folderOf(path), depth);
    if (parent.kind === 'unknown') return parent;
    const own = posix.join(parent.path, posix.basename(path));
    const entry = parent.kind === 'directory' ? listingOf(parent.path).get(posix.basename(path)) : undefined;
    if (!entry) return { kind: 'missing', path: own, links: parent.links };
    if (entry.kind !== 'link') return { kind: entry.kind, path: own, links: parent.links };
    const links = [...parent.links, own];
    if (entry.linkTarget === undefined) return { kind: 'unknown', path: own, links };
    const target = posix.join(parent.path || '.', entry.linkTarget);
    const leaves = entry.linkTarget.startsWith('/') || /^\.\.(?:\/|$)/.test(target);
    if (leaves || depth >= MAX_LINKS) return { kind: 'missing', path: own, links };
    const end = resolve(cleanPath(target), depth + 1);
    return { ...end, links: [...links, ...end.links] };
  };

  return {
    resolve: (path) => resolve(cleanPath(path), 0),
    list: (folder) => [...listingOf(folder).values()],
  };
}

/** A path relative to the root, normalised; `''` is the root. One that leaves the root begins with `..`. */
export function cleanPath(path: string): string {
  const normalized = posix.normalize(path).replace(/\/+$/, '');
  return normalized === '.' ? '' : normalized;
}

/** Whether a clean path leaves the root. */
export function leavesRoot(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.startsWith('/');
}

/** Joins a folder and a relative path, clean; leaves the root where the relative path does. */
export function joinPath(folder: string, path: string): string {
  return cleanPath(posix.join(folder || '.', path));
}

/** A folder and those above it, up to the root, nearest first. */
export function listFoldersUp(folder: string): readonly string[] {
  const folders = [folder];
  for (let above = folder; above !== ''; folders.push(above)) above = folderOf(above);
  return folders;
}
