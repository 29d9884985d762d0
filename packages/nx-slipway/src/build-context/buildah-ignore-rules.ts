import { cleanGoPath, compileBuildahPattern, isValidGoPattern, trimGoSpace, type PathTest } from './ignore-pattern';

/** The rules of an ignore file as podman reads it. They differ from moby's only where there are exceptions or unusual characters. */
export interface BuildahIgnoreRules {
  /** Whether a path is left out, seen for itself: podman does not look at all the folders above it. */
  isIgnored(path: string): boolean;
  /** Whether podman looks into a folder that is itself ignored. */
  entersIgnoredFolder(folder: string): boolean;
}

interface BuildahPattern {
  readonly pattern: string;
  readonly isException: boolean;
  readonly depth: number;
  readonly matches: PathTest;
}

/**
 * Parses an ignore file as podman 4 and 5 read it; `undefined` where they refuse it.
 * Ported from `ParseIgnore` (github.com/openshift/imagebuilder v1.2), `PatternMatcher.MatchesResult` (github.com/containers/storage v1.43,
 * pkg/fileutils) and the walk of `copier.Get` (github.com/containers/buildah v1.28).
 */
export function parseBuildahIgnoreFile(text: string): BuildahIgnoreRules | undefined {
  const patterns: BuildahPattern[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const trimmed = trimGoSpace(line.replace(/^\/+|\/+$/g, ''));
    if (trimmed === '') continue;
    const cleaned = cleanGoPath(trimmed);
    const isException = cleaned.startsWith('!');
    const pattern = isException ? cleaned.slice(1) : cleaned;
    const matches = pattern !== '' && isValidGoPattern(pattern) ? compileBuildahPattern(pattern) : undefined;
    if (!matches) return undefined;
    patterns.push({ pattern, isException, depth: pattern.split('/').length, matches });
  }
  const exceptions = patterns
    .filter(({ isException }) => isException)
    .map(({ pattern }) => `${pattern.replace(/^\/+|\/+$/g, '')}/`);
  return {
    isIgnored: (path) => isIgnoredBy(patterns, path),
    entersIgnoredFolder: (folder) => exceptions.some((exception) => exception.startsWith(folder)),
  };
}

/** Of the folders above a path only the one as deep as the pattern is compared with it. */
function isIgnoredBy(patterns: readonly BuildahPattern[], path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  let ignored = false;
  for (const { matches, depth, isException } of patterns) {
    const above = depth <= folders.length ? folders.slice(0, depth).join('/') : undefined;
    if (matches(path) || (above !== undefined && matches(above))) ignored = !isException;
  }
  return ignored;
}
