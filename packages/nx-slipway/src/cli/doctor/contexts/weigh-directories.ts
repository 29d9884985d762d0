import { posix } from 'node:path';
import type { ContextEntry, EntryOrigin } from '../../../build-context/build-context';

/** A folder of a staged context, and what it costs. */
export interface WeighedDirectory {
  /** Relative to the root of the build context; a folder that holds all others stands for its own files, the root is `.`. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** How many of the commits changed a file of it; `null` where that is not known. */
  readonly commits: number | null;
  /** The instructions that bring it in, in the order of the Dockerfile. */
  readonly lines: readonly Pick<EntryOrigin, 'line' | 'text'>[];
}

/** How many folders are shown for each of the two reasons: their size, and how often they change. */
const SHOWN = 3;
/** A folder that holds only folders stands for those, this deep at most. */
const MAX_DEPTH = 3;

/**
 * The folders of a staged context that are the largest and those that change most often, the largest first. No file counts twice.
 * @param commits of each commit the changed paths, relative to the root of the build context; `null` where they are not known
 */
export function weighDirectories(
  entries: readonly ContextEntry[],
  commits: readonly (readonly string[])[] | null,
): readonly WeighedDirectory[] {
  const files = entries.filter(({ kind }) => kind !== 'directory');
  const groupOf = groupByFolder(files.map(({ path }) => path));
  const groups = new Map<string, ContextEntry[]>();
  for (const file of files) {
    const group = groupOf(file.path);
    const members = groups.get(group) ?? [];
    members.push(file);
    groups.set(group, members);
  }
  const touched = commits === null ? null : countCommits(commits, new Set(files.map(({ path }) => path)), groupOf);
  const weighed = [...groups].map(([path, members]) => weigh(path, members, touched?.get(path) ?? 0, touched !== null));
  const bySize = weighed.toSorted((a, b) => b.bytes - a.bytes);
  const byChange = weighed.toSorted((a, b) => (b.commits ?? 0) - (a.commits ?? 0));
  const shown = new Set([
    ...bySize.slice(0, SHOWN),
    ...byChange.slice(0, SHOWN).filter(({ commits: count }) => (count ?? 0) > 0),
  ]);
  return bySize.filter((directory) => shown.has(directory));
}

function weigh(path: string, members: readonly ContextEntry[], commits: number, isKnown: boolean): WeighedDirectory {
  const lines = new Map(members.flatMap(({ origin }) => (origin ? [[origin.line, origin.text] as const] : [])));
  return {
    path,
    files: members.length,
    bytes: members.reduce((sum, { bytes }) => sum + bytes, 0),
    commits: isKnown ? commits : null,
    lines: [...lines].map(([line, text]) => ({ line, text })).sort((a, b) => a.line - b.line),
  };
}

/** Which of the shown folders a file counts for. A folder that holds everything is looked into. */
function groupByFolder(paths: readonly string[]): (path: string) => string {
  const withOwnFiles = new Set(paths.map((path) => posix.dirname(path)));
  const start = findCommonDepth(paths);
  return (path) => {
    const segments = path.split('/');
    for (let depth = start + 1; depth < segments.length; depth++) {
      const folder = segments.slice(0, depth).join('/');
      if (depth === start + MAX_DEPTH || withOwnFiles.has(folder)) return folder;
    }
    return posix.dirname(path);
  };
}

/** How many folders all paths have in common. */
function findCommonDepth(paths: readonly string[]): number {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const depth = first.findIndex((segment, index) => others.some((folders) => folders[index] !== segment));
  return depth < 0 ? first.length : depth;
}

function countCommits(
  commits: readonly (readonly string[])[],
  staged: ReadonlySet<string>,
  groupOf: (path: string) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const paths of commits) {
    const groups = new Set(paths.filter((path) => staged.has(path)).map(groupOf));
    for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}
