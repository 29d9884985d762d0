import type { TreeDifference } from './compare-trees';

/** How many paths a message names, unless all are asked for. */
export const SHOWN_DIFFERENCES = 20;

const KIND_NOTES: Readonly<Record<TreeDifference['kind'], string>> = {
  'only in the first': 'missing in the narrowed build',
  'only in the second': 'only in the narrowed build',
  different: 'different',
};

/** Where a full build, the first, and a narrowed one differ: so many paths, each with how, and how many more there are. Pure. */
export function renderDifferences(differences: readonly TreeDifference[], most = SHOWN_DIFFERENCES): string {
  const shown = differences.slice(0, most).map(({ path, kind }) => `${path} (${KIND_NOTES[kind]})`);
  const more = differences.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
