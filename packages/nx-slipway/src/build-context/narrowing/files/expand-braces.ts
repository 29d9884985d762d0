/** More alternatives than this are refused: each becomes an input of the target. */
export const MAX_ALTERNATIVES = 50;

/**
 * Every pattern that a glob with `{a,b}` stands for, in the order in which they are written; groups multiply and nest. Braces within `[…]` and behind `\`
 * are plain characters. Pure.
 */
export function expandBraces(glob: string): { readonly patterns: readonly string[] } | { readonly reason: string } {
  const patterns: string[] = [];
  const open = [glob];
  while (open.length > 0) {
    const pattern = open.pop() ?? '';
    const group = findGroup(pattern);
    if (group === 'unclosed') return { reason: `"{" is not closed in "${glob}"` };
    if (group) {
      const { start, commas, end } = group;
      const cuts = [start, ...commas, end];
      const items = cuts.slice(1).map((cut, index) => pattern.slice((cuts[index] ?? 0) + 1, cut));
      open.push(...items.map((item) => pattern.slice(0, start) + item + pattern.slice(end + 1)).reverse());
    } else {
      patterns.push(pattern);
    }
    if (patterns.length + open.length > MAX_ALTERNATIVES) {
      return { reason: `it stands for more than ${MAX_ALTERNATIVES} patterns` };
    }
  }
  return { patterns };
}

interface BraceGroup {
  readonly start: number;
  /** Of the group itself, not of those within it. */
  readonly commas: readonly number[];
  readonly end: number;
}

/** The first outermost group. */
function findGroup(pattern: string): BraceGroup | 'unclosed' | undefined {
  let start: number | undefined;
  let depth = 0;
  const commas: number[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '\\') index++;
    else if (character === '[') index = Math.max(index, pattern.indexOf(']', index + 2));
    else if (character === '{' && depth++ === 0) start = index;
    else if (character === ',' && depth === 1) commas.push(index);
    else if (character === '}' && depth > 0 && --depth === 0 && start !== undefined)
      return { start, commas, end: index };
  }
  return depth > 0 ? 'unclosed' : undefined;
}
