import { posix } from 'node:path';
import { compileGoRegExp } from './go-regexp';

/** Whether a path (with slashes, relative to the build context) matches. */
export type PathTest = (path: string) => boolean;

/** One line of an ignore file. */
export interface IgnorePattern {
  /** Cleaned, without the `!`. */
  readonly pattern: string;
  /** A line that begins with `!`: what it matches is let through. */
  readonly isException: boolean;
  /** In the ignore file, from 1. */
  readonly line: number;
  readonly matches: PathTest;
}

/** Go's `strings.TrimSpace`: unlike `String.trim` it knows U+0085, and does not know U+FEFF. */
export function trimGoSpace(text: string): string {
  return text.replace(/^(?:(?!\uFEFF)[\s\u0085])+|(?:(?!\uFEFF)[\s\u0085])+$/g, '');
}

/** Go's `filepath.Clean` on Unix. */
export function cleanGoPath(path: string): string {
  const normalized = posix.normalize(path);
  return normalized.length > 1 ? normalized.replace(/\/$/, '') : normalized;
}

/** Whether Go's `filepath.Match` accepts a pattern (`path/filepath`, Go 1.22): closed brackets that are not empty, no escape at the end. */
export function isValidGoPattern(pattern: string): boolean {
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    if (characters[index] === '\\') {
      if (++index >= characters.length) return false;
      continue;
    }
    if (characters[index] !== '[') continue;
    const end = endOfBracket(characters, index);
    if (end === undefined) return false;
    index = end;
  }
  return true;
}

function endOfBracket(characters: readonly string[], start: number): number | undefined {
  let index = start + (characters[start + 1] === '^' ? 2 : 1);
  for (let ranges = 0; index < characters.length; ranges++) {
    if (characters[index] === ']' && ranges > 0) return index;
    const afterLow = skipBracketCharacter(characters, index);
    if (afterLow === undefined) return undefined;
    index = afterLow;
    if (characters[index] !== '-') continue;
    const afterHigh = skipBracketCharacter(characters, index + 1);
    if (afterHigh === undefined) return undefined;
    index = afterHigh;
  }
  return undefined;
}

function skipBracketCharacter(characters: readonly string[], index: number): number | undefined {
  const character = characters[index];
  if (character === undefined || character === '-' || character === ']') return undefined;
  const next = index + (character === '\\' ? 2 : 1);
  return next < characters.length ? next : undefined;
}

/**
 * Compiles a cleaned pattern as BuildKit and docker do.
 * Ported from `Pattern.compile` and `Pattern.match` of github.com/moby/patternmatcher v0.6.0 and v0.6.1; `undefined` where that reports a bad pattern.
 */
export function compileMobyPattern(pattern: string): PathTest | undefined {
  const { source, kind } = translateMobyPattern(pattern);
  switch (kind) {
    case 'exact':
      return (path) => path === pattern;
    case 'prefix': {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = pattern.slice(2);
      return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    case 'regexp': {
      const regexp = compileGoRegExp(`^${source}$`);
      return regexp && ((path) => regexp.test(path));
    }
  }
}

/**
 * Compiles a cleaned pattern as podman and buildah do.
 * Ported from `Pattern.compile` of github.com/containers/storage v1.43 (pkg/fileutils), which leaves `+(){}|^` to the regular expression;
 * what lies below a match matches too.
 */
export function compileBuildahPattern(pattern: string): PathTest | undefined {
  const regexp = compileGoRegExp(`^${translateMobyPattern(pattern, '.$').source}(/.*)?$`);
  return regexp && ((path) => regexp.test(path));
}

/** The original means to quote `|{}` too, but its bitmap has no room for characters from 64 on (v0.6.0 and v0.6.1). */
const MOBY_QUOTED = '.+()$';

type MatchKind = 'exact' | 'prefix' | 'suffix' | 'regexp';

function translateMobyPattern(
  pattern: string,
  quoted = MOBY_QUOTED,
): { readonly source: string; readonly kind: MatchKind } {
  const characters = Array.from(pattern);
  let source = '';
  let kind: MatchKind = 'exact';
  for (let index = 0, step = 0; index < characters.length; step++) {
    const character = characters[index++] ?? '';
    if (character === '*' && characters[index] === '*') {
      index++;
      if (characters[index] === '/') index++;
      const atEnd = index >= characters.length;
      source += atEnd ? '.*' : '(.*/)?';
      kind = step === 0 ? 'suffix' : atEnd && kind === 'exact' ? 'prefix' : 'regexp';
    } else if (character === '*') {
      source += '[^/]*';
      kind = 'regexp';
    } else if (character === '?') {
      source += '[^/]';
      kind = 'regexp';
    } else if (quoted.includes(character)) {
      source += `\\${character}`;
    } else if (character === '\\') {
      source += `\\${characters[index++] ?? ''}`;
      kind = 'regexp';
    } else {
      if (character === '[' || character === ']') kind = 'regexp';
      source += character;
    }
  }
  return { source, kind };
}
