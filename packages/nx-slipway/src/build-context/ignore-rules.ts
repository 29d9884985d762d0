import { SlipwayError } from '../errors/slipway-error';
import { cleanGoPath, compileMobyPattern, isValidGoPattern, trimGoSpace, type IgnorePattern } from './ignore-pattern';

/** What the rules say of one path. */
export interface IgnoreVerdict {
  readonly ignored: boolean;
  /** The line of the ignore file that decided, `null` where none matched. */
  readonly line: number | null;
  /** For each pattern whether it matched this path or a folder above it; handed to the paths below. */
  readonly matched: readonly boolean[];
}

/** The rules of an ignore file. */
export interface IgnoreRules {
  readonly patterns: readonly IgnorePattern[];
  /** The verdict on a path, given the one on its folder; `undefined` for a path at the root. */
  judge(path: string, folder: IgnoreVerdict | undefined): IgnoreVerdict;
  /** Whether a path is left out, its folders considered. For single questions: a walk uses `judge`. */
  isIgnored(path: string): boolean;
  /** Whether an exception may let something through below a folder that is itself ignored. */
  mayLetThroughBelow(folder: string): boolean;
}

/**
 * Parses an ignore file as docker and BuildKit read it.
 * Ported from github.com/moby/patternmatcher v0.6.0: `ignorefile.ReadAll`, `New` and `MatchesUsingParentResults`.
 * @throws {SlipwayError} CONTEXT_IGNORE_INVALID for a pattern that Go's `filepath.Match` refuses, and for `!` alone
 */
export function parseIgnoreFile(text: string, file = '.dockerignore'): IgnoreRules {
  const patterns = readPatterns(text).map(({ written, line }) => {
    const isException = written.startsWith('!');
    const pattern = isException ? written.slice(1) : written;
    const matches = pattern !== '' && isValidGoPattern(pattern) ? compileMobyPattern(pattern) : undefined;
    if (!matches) throw new SlipwayError('CONTEXT_IGNORE_INVALID', { file, line, pattern: written });
    return { pattern, isException, line, matches };
  });
  return createIgnoreRules(patterns);
}

/** `ignorefile.ReadAll` and the cleaning in `New`. A `#` is a comment only as the very first character. */
function readPatterns(text: string): { readonly written: string; readonly line: number }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((content, index) => {
      if (content.startsWith('#')) return [];
      const trimmed = trimGoSpace(content);
      if (trimmed === '') return [];
      const isException = trimmed.startsWith('!');
      const pattern = cleanRooted(isException ? trimGoSpace(trimmed.slice(1)) : trimmed);
      return [{ written: cleanGoPath(trimGoSpace(isException ? `!${pattern}` : pattern)), line: index + 1 }];
    });
}

function cleanRooted(pattern: string): string {
  if (pattern === '') return '';
  const cleaned = cleanGoPath(pattern);
  return cleaned.length > 1 ? cleaned.replace(/^\//, '') : cleaned;
}

function createIgnoreRules(patterns: readonly IgnorePattern[]): IgnoreRules {
  const exceptions = patterns.filter(({ isException }) => isException).map(({ pattern }) => pattern.split('/'));
  const judge = (path: string, folder: IgnoreVerdict | undefined): IgnoreVerdict => judgePath(patterns, path, folder);
  return {
    patterns,
    judge,
    isIgnored(path) {
      const segments = path.split('/');
      let verdict: IgnoreVerdict | undefined;
      for (let depth = 1; depth <= segments.length; depth++) {
        verdict = judge(segments.slice(0, depth).join('/'), verdict);
      }
      return verdict?.ignored ?? false;
    },
    mayLetThroughBelow: (folder) => exceptions.some((exception) => mayMatchBelow(exception, folder.split('/'))),
  };
}

/** The last pattern that matches the path or a folder above it decides. */
function judgePath(patterns: readonly IgnorePattern[], path: string, folder: IgnoreVerdict | undefined): IgnoreVerdict {
  const matched: boolean[] = [];
  let ignored = false;
  let line: number | null = null;
  for (const [index, pattern] of patterns.entries()) {
    // Kept from the original: a pattern that cannot change the verdict is not looked at, and counts as not matched for the paths below.
    const matches = folder?.matched[index] === true || (pattern.isException === ignored && pattern.matches(path));
    matched.push(matches);
    if (!matches) continue;
    ignored = !pattern.isException;
    line = pattern.line;
  }
  return { ignored, line, matched };
}

/** Errs towards yes: a segment with a wildcard may match any name. */
function mayMatchBelow(exception: readonly string[], folder: readonly string[]): boolean {
  for (const [index, name] of folder.entries()) {
    const segment = exception[index];
    if (segment === undefined) return false;
    if (segment.includes('**')) return true;
    if (segment !== name && !/[*?[\\]/.test(segment)) return false;
  }
  return exception.length > folder.length;
}
