import { cleanGoPath, compileBuildahPattern, isValidGoPattern, trimGoSpace, type PathTest } from './ignore-pattern';

/** The rules of an ignore file as podman reads it. They differ from moby's only where there are exceptions or unusual characters. */
export interface BuildahIgnoreRules {
  /** Whether a path is left out, seen for itself: podman does not look at all the folders above it. */
  isIgnored(path: string): boolean;
  /** Whether podman looks into a folder that is itself ignored. */
  entersIgnoredFolder(folder: string): boolean;
}

interface BuildahPattern {
  /** Cleaned, without the `!`. */
  readonly written: string;
  readonly isException: boolean;
  readonly matches: PathTest;
}

/**
 * Parses an ignore file as podman 4 and 5 read it; `undefined` where they refuse it.
 * Ported from `ParseIgnore` (github.com/openshift/imagebuilder v1.2), `PatternMatcher.MatchesResult` (github.com/containers/storage v1.43 to
 * v1.59, pkg/fileutils) and the walk of `copier.Get` (github.com/containers/buildah v1.28).
 */
export function parseBuildahIgnoreFile(text: string): BuildahIgnoreRules | undefined {
  const patterns: BuildahPattern[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const trimmed = trimGoSpace(line.replace(/^\/+|\/+$/g, ''));
    if (trimmed === '') continue;
    const cleaned = cleanGoPath(trimmed);
    const isException = cleaned.startsWith('!');
    const pattern = isException ? cleanGoPath(cleaned.slice(1)).replace(/^\//, '') : cleaned;
    if (cleaned === '!') return undefined;
    const matches = pattern !== '' && isValidGoPattern(pattern) ? compileBuildahPattern(pattern) : undefined;
    if (!matches) return undefined;
    patterns.push({ written: isException ? cleaned.slice(1) : cleaned, isException, matches });
  }
  // As written: below an ignored folder `!/c/k` lets nothing through, and `!c/k` does (seen with podman 4.3.1).
  const exceptions = patterns.filter(({ isException }) => isException).map(({ written }) => `${written}/`);
  return {
    isIgnored: (path) => isIgnoredBy(patterns, path),
    entersIgnoredFolder: (folder) => exceptions.some((exception) => exception.startsWith(folder)),
  };
}

/** The last pattern that matches decides. */
function isIgnoredBy(patterns: readonly BuildahPattern[], path: string): boolean {
  return !(patterns.findLast(({ matches }) => matches(path))?.isException ?? true);
}
