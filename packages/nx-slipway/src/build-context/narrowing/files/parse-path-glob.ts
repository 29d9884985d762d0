import { widenSegments } from '../../list-input-globs';
import { expandBraces } from './expand-braces';

/** A glob over paths of the build context, compiled. */
export interface PathGlob {
  /** Whether a path (with slashes, relative to the root of the build context) is meant. */
  readonly matches: (path: string) => boolean;
  /** The folder below which all that it matches lies; `''` is the root. */
  readonly folder: string;
  /** Globs for Nx that together match at least the same paths, in every version of Nx. */
  readonly nxGlobs: readonly string[];
}

/** Why a glob cannot be used; completes the sentence "it is not valid: …". */
export interface InvalidGlob {
  readonly reason: string;
}

/**
 * Compiles a glob: `*` and `?` within a name, `[a-z]` and `[!a-z]`, `{a,b}`, `**` as a whole name for any number of folders, `\` before a character
 * that is meant as such. Names that begin with a dot are matched like all others; upper and lower case differ. A glob without any of these
 * names a file, or a folder with all that is in it, as in a COPY line and in Nx 24. Parentheses are plain characters
 * (`app/(shop)/page.tsx`); where Nx would read them as an extended pattern (`@(a|b)`), the glob is refused. Pure.
 */
export function parsePathGlob(glob: string): PathGlob | InvalidGlob {
  const extended = /(?<!\\)[@!?+*]\(/.exec(glob);
  if (extended) return { reason: `extended patterns such as "${extended[0]}…)" are not supported, only "{a,b}"` };
  if (glob.startsWith('!')) return { reason: 'a rule adds files, it never takes files away' };
  const expanded = expandBraces(glob);
  if ('reason' in expanded) return expanded;
  const alternatives: Alternative[] = [];
  for (const pattern of expanded.patterns) {
    const alternative = parseAlternative(pattern);
    if ('reason' in alternative) return alternative;
    alternatives.push(alternative);
  }
  return {
    matches: (path) => alternatives.some(({ regexp }) => regexp.test(path)),
    folder: commonFolder(alternatives.map(({ folder }) => folder)),
    nxGlobs: [...new Set(alternatives.flatMap(({ nxGlobs }) => nxGlobs))],
  };
}

interface Alternative {
  readonly regexp: RegExp;
  readonly folder: readonly string[];
  readonly nxGlobs: readonly string[];
}

function parseAlternative(pattern: string): Alternative | InvalidGlob {
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return { reason: 'it leaves the build context' };
  const sources: string[] = [];
  for (const segment of segments) {
    if (segment === '**') continue;
    const source = translateSegment(segment);
    if (typeof source !== 'string') return source;
    sources.push(source);
  }
  const firstWild = segments.findIndex(isWild);
  if (firstWild < 0) {
    const path = segments.map(unescape);
    const below = [...path, '**', '*'];
    return {
      regexp: new RegExp(path.length === 0 ? '^' : `^${sources.join('/')}(?:/|$)`, 'su'),
      folder: path,
      nxGlobs: (path.length === 0 ? [below] : [path, below]).map((one) => widenSegments(one).join('/')),
    };
  }
  const forNx = segments.at(-1) === '**' ? [...segments, '*'] : segments;
  return {
    regexp: new RegExp(`^${joinSegments(segments, sources)}$`, 'su'),
    folder: segments.slice(0, firstWild).map(unescape),
    nxGlobs: [widenSegments(forNx).join('/')],
  };
}

function joinSegments(segments: readonly string[], sources: readonly string[]): string {
  let next = 0;
  return segments
    .map((segment, index) => {
      const isLast = index === segments.length - 1;
      if (segment !== '**') return (sources[next++] ?? '') + (isLast ? '' : '/');
      return isLast ? '.+' : '(?:.+/)?';
    })
    .join('');
}

function translateSegment(segment: string): string | InvalidGlob {
  const characters = Array.from(segment);
  let source = '';
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '*') {
      if (!source.endsWith('[^/]*')) source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const end = characters.indexOf(']', index + (['!', '^'].includes(characters[index + 1] ?? '') ? 3 : 2));
      if (end < 0) return { reason: `"[" is not closed in "${segment}"` };
      const source_ = translateBracket(characters.slice(index + 1, end));
      if (source_ === undefined)
        return { reason: `"${characters.slice(index, end + 1).join('')}" is not a valid range` };
      source += source_;
      index = end;
    } else if (character === '\\') {
      const escaped = characters[++index];
      if (escaped === undefined) return { reason: 'it ends with a backslash' };
      source += quote(escaped);
    } else {
      source += quote(character);
    }
  }
  return source;
}

/** `undefined` for a range that runs backwards. */
function translateBracket(characters: readonly string[]): string | undefined {
  const isNegated = characters[0] === '!' || characters[0] === '^';
  const body = characters
    .slice(isNegated ? 1 : 0)
    .map((character) => (/[\\\][^]/.test(character) ? `\\${character}` : character))
    .join('');
  try {
    return new RegExp(`(?!/)[${isNegated ? '^' : ''}${body}]`, 'su').source;
  } catch {
    return undefined;
  }
}

function quote(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function isWild(segment: string): boolean {
  return /[*?[]/.test(segment.replaceAll(/\\./gsu, ''));
}

function unescape(segment: string): string {
  return segment.replaceAll(/\\(.)/gsu, '$1');
}

function commonFolder(folders: readonly (readonly string[])[]): string {
  const [first = [], ...others] = folders;
  const length = first.findIndex((name, index) => others.some((folder) => folder[index] !== name));
  return (length < 0 ? first : first.slice(0, length)).join('/');
}
