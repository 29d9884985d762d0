import type { TreeDifference } from './compare-trees';
import { renderDifferences } from './render-differences';

test('says of each path how it differs', () => {
  const differences: readonly TreeDifference[] = [
    { path: '/a', kind: 'only in the first' },
    { path: '/b', kind: 'only in the second' },
    { path: '/c', kind: 'different' },
  ];
  expect(renderDifferences(differences)).toBe(
    '/a (missing in the narrowed build), /b (only in the narrowed build), /c (different)',
  );
});

test('says how many more there are', () => {
  const differences = ['/a', '/b', '/c'].map((path) => ({ path, kind: 'different' as const }));
  expect(renderDifferences(differences, 1)).toBe('/a (different), and 2 more');
});
