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

/**
 * The nodes of a directed graph that a cycle may go through: what is left when all are taken away that lead nowhere, or to which
 * nothing leads. Empty where there is no cycle, in time linear in the edges, so that only a graph with cycles pays for a search. Pure.
 */
export function listCycleSuspects(edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const backwards = new Map<string, string[]>();
  for (const [from, targets] of edges) {
    for (const to of targets) addTo(backwards, to, from);
  }
  const leadSomewhere = withoutEnds(new Set(edges.keys()), edges, backwards);
  return withoutEnds(leadSomewhere, backwards, edges);
}

/** `a -> b -> a`. Pure. */
export function renderCycle(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(' -> ');
}

function addTo(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** Takes away the nodes without a successor among the others, again and again. */
function withoutEnds(
  nodes: ReadonlySet<string>,
  successors: ReadonlyMap<string, readonly string[]>,
  predecessors: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const left = new Set(nodes);
  const open = new Map<string, number>();
  for (const node of nodes) open.set(node, (successors.get(node) ?? []).filter((next) => nodes.has(next)).length);
  const ends = [...nodes].filter((node) => open.get(node) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const before of predecessors.get(end) ?? []) {
      const remaining = (open.get(before) ?? 0) - 1;
      open.set(before, remaining);
      if (remaining === 0 && left.has(before)) ends.push(before);
    }
  }
  return left;
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
