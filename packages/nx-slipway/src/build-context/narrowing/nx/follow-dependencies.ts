import type { GraphProject } from './projects-of-graph';

/**
 * The projects that are reached from the first ones, those included: name to the shortest chain of names that leads there. A name that
 * is no project is passed over. Pure.
 */
export function followDependencies(
  first: ReadonlyMap<string, readonly string[]>,
  projects: ReadonlyMap<string, GraphProject>,
): ReadonlyMap<string, readonly string[]> {
  const chains = new Map(first);
  for (const [name, chain] of chains) {
    for (const dependency of projects.get(name)?.dependencies ?? []) {
      if (projects.has(dependency) && !chains.has(dependency)) chains.set(dependency, [...chain, dependency]);
    }
  }
  return chains;
}
