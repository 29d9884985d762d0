import type { NpmLock } from './npm-lock';
import { linkTargetOf, listLockedEdges, type LockedEdge } from './resolve-locked';

/** What npm leaves out for `--omit`: a package only reachable through such dependencies. Only what is true is there. */
export interface DependencyFlags {
  readonly dev?: true;
  readonly optional?: true;
  /** Needed by development and by optional dependencies, and by nothing else. */
  readonly devOptional?: true;
  readonly peer?: true;
}

type Flags = Record<'dev' | 'optional' | 'devOptional' | 'peer', boolean>;

/**
 * The flags of every location that is reachable from the root and its workspaces. Ported from `calcDepFlags` of @npmcli/arborist 9.
 * They must be computed again after pruning: with the packages of other projects goes what made a package more than a development dependency. Pure.
 */
export function computeDependencyFlags(
  lock: NpmLock,
  workspaces: readonly string[],
): ReadonlyMap<string, DependencyFlags> {
  const flags = new Map<string, Flags>([['', { dev: false, optional: false, devOptional: false, peer: false }]]);
  const queue = [''];
  const visit = (from: Flags, edge: Pick<LockedEdge, 'dev' | 'optional' | 'peer'>, to: string): void => {
    const known = flags.get(to);
    const next = known ?? { dev: true, optional: true, devOptional: true, peer: true };
    const before = { ...next };
    next.dev &&= from.dev || edge.dev;
    next.optional &&= from.optional || edge.optional;
    next.devOptional &&= from.devOptional || from.dev || from.optional || edge.dev || edge.optional;
    next.peer &&= from.peer || edge.peer;
    flags.set(to, next);
    const isChanged = (Object.keys(next) as (keyof Flags)[]).some((flag) => before[flag] !== next[flag]);
    if (!known || isChanged) queue.push(to);
  };
  for (let location = queue.pop(); location !== undefined; location = queue.pop()) {
    const from = flags.get(location);
    if (!from) continue;
    const target = linkTargetOf(lock.packages[location]);
    if (target !== undefined) {
      visit(from, { dev: false, optional: false, peer: false }, target);
      continue;
    }
    if (location === '') {
      for (const link of workspaces) visit(from, { dev: false, optional: false, peer: false }, link);
    }
    for (const edge of listLockedEdges(location, lock)) {
      const isWorkspace = location === '' && edge.to !== undefined && workspaces.includes(edge.to);
      if (edge.to !== undefined && !isWorkspace) visit(from, edge, edge.to);
    }
  }
  return new Map([...flags].map(([location, found]) => [location, describeFlags(found)]));
}

function describeFlags({ dev, optional, devOptional, peer }: Flags): DependencyFlags {
  return {
    ...(dev ? { dev } : {}),
    ...(optional ? { optional } : {}),
    ...(devOptional && !dev && !optional ? { devOptional } : {}),
    ...(peer ? { peer } : {}),
  };
}
