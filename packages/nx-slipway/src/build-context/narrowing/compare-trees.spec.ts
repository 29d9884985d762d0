import { compareTrees, judgeProof } from './compare-trees';

const TREE = [
  { path: '/a', state: '1' },
  { path: '/b', state: '1' },
];

describe('compareTrees', () => {
  test('equal trees have no differences, in whatever order', () => {
    expect(compareTrees(TREE, TREE.toReversed())).toEqual([]);
  });

  test('names what only one has, and what is different', () => {
    expect(
      compareTrees(TREE, [
        { path: '/c', state: '1' },
        { path: '/b', state: '2' },
      ]),
    ).toEqual([
      { path: '/a', kind: 'only in the first' },
      { path: '/b', kind: 'different' },
      { path: '/c', kind: 'only in the second' },
    ]);
  });
});

describe('judgeProof', () => {
  const clock = { path: '/etc/built-at', kind: 'different' } as const;
  const missing = { path: '/bin/tool', kind: 'only in the first' } as const;

  test('no difference proves it', () => {
    expect(judgeProof([], []).status).toBe('proven');
  });

  test('what two full builds have different, too, is not the narrowing’s doing, and proves nothing', () => {
    expect(judgeProof([clock], [clock])).toEqual({ status: 'not-reproducible', wrong: [], unstable: [clock] });
  });

  test('what full builds agree on is wrong', () => {
    expect(judgeProof([missing, clock], [clock])).toEqual({ status: 'wrong', wrong: [missing], unstable: [clock] });
  });
});
