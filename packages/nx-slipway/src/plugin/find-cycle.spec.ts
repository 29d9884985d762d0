import { findCycleThrough, renderCycle } from './find-cycle';

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
