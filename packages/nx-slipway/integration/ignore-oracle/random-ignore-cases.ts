/** An ignore file and paths to judge by it. */
export interface IgnoreCase {
  readonly ignore: string;
  readonly paths: readonly string[];
}

const NAMES = ['a', 'b', 'ab', 'a.b', 'ä', '-c', 'a b', 'A', '.x', 'a+b', 'a(b', '{a}', 'a|b', '$a', '^', 'a]'];
/** Pieces of patterns, from plain names to what matchers refuse. */
const PIECES = [
  ...NAMES,
  ...[
    '*',
    '**',
    '?',
    '*a',
    'a*',
    '**a',
    'a**',
    '*.b',
    '[ab]',
    '[^a]',
    '[a-c]*',
    '[]a]',
    '[a',
    '[',
    '\\*',
    '\\a',
    'a\\',
  ],
  ...['.', '..', '', '\\[a', '[\\]a]', '***', '?b', '[!a]', '\\', '\\d', '\\n'],
];
const ENDS = ['\n', '\n', '\n', '\r\n', ' \n', '\t\n'];

/** Ignore files of a few lines, and for each the paths to ask about. Equal seeds give equal cases. */
export function generateIgnoreCases(seed: number, count: number): IgnoreCase[] {
  const random = openRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const list = <Item>(most: number, item: () => Item): Item[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, item);
  const chance = (part: number): boolean => random() < part;
  // Most lines are of plain pieces, so that most files are valid.
  const piece = (): string =>
    chance(0.5) ? pick(NAMES.slice(0, 4)) : chance(0.5) ? pick(PIECES.slice(0, 25)) : pick(PIECES);
  const line = (): string =>
    (chance(0.05) ? '#' : '') +
    (chance(0.05) ? ' ' : '') +
    (chance(0.35) ? '!' : '') +
    (chance(0.15) ? '/' : '') +
    list(4, piece).join('/') +
    (chance(0.15) ? '/' : '') +
    pick(ENDS);
  const name = (): string => (chance(0.7) ? pick(NAMES.slice(0, 4)) : pick(NAMES));
  return Array.from({ length: count }, () => ({
    ignore: list(5, line).join(''),
    paths: list(20, () => list(5, name).join('/')),
  }));
}

/** Numbers from 0 to 1 (mulberry32). */
function openRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
