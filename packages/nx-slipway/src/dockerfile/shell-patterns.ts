import type { Dialect } from './dialect';

/**
 * `${value#pattern}`, and `##` where greedy; `undefined` where what the engine makes of it is not understood.
 * Ported from `trimPrefix` (BuildKit v0.34.2, frontend/dockerfile/shell) and `processDollar` (imagebuilder v1.2.19), whose loops
 * never look at the whole value.
 */
export function removePrefix(value: string, pattern: string, greedy: boolean, dialect: Dialect): string | undefined {
  if (isTooLong(value, pattern)) return undefined;
  if (dialect === 'buildkit') {
    const pieces = readPattern(pattern, greedy);
    const match = pieces && new RegExp(`^${pieces.join('')}`, 'u').exec(value);
    return pieces && (match ? value.slice(match[0].length) : value);
  }
  const matches = compilePathMatch(pattern);
  if (!matches) return undefined;
  const lengths = range(0, greedy ? value.length - 1 : value.length - 2);
  const found = (greedy ? lengths.reverse() : lengths).find((length) => matches(value.slice(0, length)));
  return found === undefined ? value : value.slice(found);
}

/** `${value%pattern}`, and `%%` where greedy: see `removePrefix`. */
export function removeSuffix(value: string, pattern: string, greedy: boolean, dialect: Dialect): string | undefined {
  if (isTooLong(value, pattern)) return undefined;
  if (dialect === 'buildkit') {
    const pieces = readPattern(pattern, greedy);
    const reversed = Array.from(value).reverse().join('');
    const match = pieces && new RegExp(`^${[...pieces].reverse().join('')}`, 'u').exec(reversed);
    return pieces && (match ? value.slice(0, value.length - match[0].length) : value);
  }
  const matches = compilePathMatch(pattern);
  if (!matches) return undefined;
  const starts = range(0, greedy ? value.length - 2 : value.length - 1);
  const found = (greedy ? starts : starts.reverse()).find((start) => matches(value.slice(start)));
  return found === undefined ? value : value.slice(0, found);
}

/**
 * `${value/pattern/replacement}`, and `//` where all are replaced; `undefined` where what the engine makes of it is not understood.
 * Ported from the same places as `removePrefix`; podman's own `/#` and `/%` are not.
 */
export function replaceMatches(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
  dialect: Dialect,
): string | undefined {
  if (isTooLong(value, pattern)) return undefined;
  if (dialect === 'buildkit') return replaceLikeBuildkit(value, pattern, replacement, all);
  if (/^[#%]/.test(pattern) && !all) return undefined;
  const matches = compilePathMatch(pattern);
  if (!matches) return undefined;
  let text = value;
  for (let start = 0; start < text.length; start++) {
    const end = range(start + 1, text.length)
      .reverse()
      .find((candidate) => matches(text.slice(start, candidate)));
    if (end === undefined) continue;
    text = text.slice(0, start) + replacement + text.slice(end);
    if (!all) return text;
    start += replacement.length - 1;
  }
  return text;
}

function replaceLikeBuildkit(value: string, pattern: string, replacement: string, all: boolean): string | undefined {
  const pieces = readPattern(pattern, true);
  // Go's ReplaceAllString takes `$` in the replacement for a group.
  if (!pieces || (all && replacement.includes('$'))) return undefined;
  let text = '';
  let from = 0;
  let lastEnd = -1;
  for (const match of value.matchAll(new RegExp(pieces.join(''), 'gu'))) {
    // Go leaves out an empty match right behind another one.
    if (match[0] === '' && match.index === lastEnd) continue;
    text += value.slice(from, match.index) + replacement;
    from = lastEnd = match.index + match[0].length;
    if (!all) break;
  }
  return text + value.slice(from);
}

/** `convertShellPatternToRegex`: pieces of a regular expression, one for each item of the pattern. */
function readPattern(pattern: string, greedy: boolean): string[] | undefined {
  const pieces: string[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '*') pieces.push(greedy ? '[^\\n]*' : '[^\\n]*?');
    else if (character === '?') pieces.push('[^\\n]');
    else if (character !== '\\') pieces.push(quote(character));
    else if (characters[index + 1] !== '}' && characters[index + 1] !== '/') {
      const escaped = characters[++index];
      if (escaped !== '*' && escaped !== '?' && escaped !== '\\') return undefined;
      pieces.push(quote(escaped));
    }
  }
  return pieces;
}

/** Go's `path.Match` for patterns of `*`, `?` and text; `undefined` for others. */
function compilePathMatch(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern === '' || /[[\\]/.test(pattern)) return undefined;
  const pieces = Array.from(pattern, (character) =>
    character === '*' ? '[^/]*' : character === '?' ? '[^/]' : quote(character),
  );
  const regexp = new RegExp(`^${pieces.join('')}$`, 'u');
  return (text) => regexp.test(text);
}

function quote(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Beyond these a match could take long. Names of files and versions are far below. */
function isTooLong(value: string, pattern: string): boolean {
  return value.length > 1_000 || pattern.length > 200 || (pattern.match(/\*/g)?.length ?? 0) > 4;
}
