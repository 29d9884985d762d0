import { findCycleThrough, listCycleSuspects, renderCycle } from './find-cycle';

const GRAPH = new Map([
  ['entry', ['c']],
  ['c', ['a', 'leaf']],
  ['a', ['b']],
  ['b', ['long', 'c']],
  ['long', ['longer']],
  ['longer', ['c']],
  ['leaf', []],
  ['self', ['self']],
]);

describe('findCycleThrough', () => {
  it.each(['a', 'b', 'c'])('tells the cycle of %s as every member does', (node) => {
    expect(findCycleThrough(node, GRAPH)).toEqual(['a', 'b', 'c']);
  });

  it('tells the one through the node that is asked for', () => {
    expect(findCycleThrough('long', GRAPH)).toEqual(['a', 'b', 'long', 'longer', 'c']);
    expect(findCycleThrough('self', GRAPH)).toEqual(['self']);
  });

  it.each(['entry', 'leaf', 'unknown'])('finds none through %s', (node) => {
    expect(findCycleThrough(node, GRAPH)).toBeUndefined();
  });

  it('is told as a closed chain', () => {
    expect(renderCycle(['a', 'b'])).toBe('a -> b -> a');
  });
});

describe('nodes that a cycle may go through', () => {
  const suspects = (edges: Record<string, string[]>): string[] => [
    ...listCycleSuspects(new Map(Object.entries(edges))),
  ];

  it('are none in a graph without cycles', () => {
    expect(suspects({ a: ['b', 'c'], b: ['c'], c: [], d: ['nobody'] })).toEqual([]);
  });

  it('are those of the cycle, and not what leads to it or from it', () => {
    expect(suspects({ in: ['a'], a: ['b', 'out'], b: ['a', 'a'], out: [], self: ['self'] })).toEqual([
      'a',
      'b',
      'self',
    ]);
  });
});
