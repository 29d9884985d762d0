/**
 * The shortest cycle through a node of a directed graph, as the nodes in order, beginning with the least by code units, so
 * that each member of a cycle tells it the same way. `undefined` where there is none. Pure.
 */
export function findCycleThrough(
  node: string,
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [node];
  for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
    for (const next of edges.get(current) ?? []) {
      if (next === node) return fromLeast(traceBack(current, node, cameFrom));
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, current);
      queue.push(next);
    }
  }
  return undefined;
}

/** `a -> b -> a`. Pure. */
export function renderCycle(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(' -> ');
}

function traceBack(last: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [last];
  for (let node = last; node !== first;) {
    node = cameFrom.get(node) ?? first;
    path.unshift(node);
  }
  return path;
}

function fromLeast(cycle: readonly string[]): readonly string[] {
  const least = cycle.indexOf(cycle.toSorted()[0] ?? '');
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}
