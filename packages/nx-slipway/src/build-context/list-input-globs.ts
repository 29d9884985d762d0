import { posix } from 'node:path';
import type { IgnorePattern } from './ignore-pattern';
import { listIgnoreFileCandidates } from './ignore-file-candidates';
import { parseIgnoreFile } from './ignore-rules';

/** What is known of a build context at graph time, without walking it. */
export interface InputGlobRequest {
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  /** Workspace-relative; `null` for an additional build context. */
  readonly dockerfile: string | null;
  /** Text of the ignore file that counts, `null` where there is none. */
  readonly ignoreText: string | null;
  /** Workspace-relative path of that file. */
  readonly ignoreFile: string | null;
  /** Workspace-relative folders that this plugin writes. */
  readonly ownOutputs: readonly string[];
  /** The target has other inputs from the same build context, for which the exclusions are meant, too. Default: false. */
  readonly hasMoreInputs?: boolean;
  /** What the build reads of the context; not given where that is not known: then it may be all. */
  readonly reads?: readonly InputRead[] | undefined;
}

/**
 * A part of a build context that a build reads: a COPY source (`''` is the root; its segments may be patterns of Go's `filepath.Match`), with
 * all below it; or what narrowing says, in Nx's own globs relative to the root of the build context.
 */
export type InputRead =
  { readonly kind: 'source'; readonly source: string } | { readonly kind: 'globs'; readonly globs: readonly string[] };

/** Above this many inputs a target is felt in the graph; from here on patterns of the ignore file are left out of the globs. */
export const MAX_INPUT_GLOBS = 200;
/** Each exception gives two globs; inclusions must never be cut off. */
const MAX_EXCEPTIONS = 90;
const MAX_INCLUSIONS = 180;

/**
 * The Nx filesets of everything that a scan of the build context may return, the Dockerfile and every possible ignore file included.
 * Never narrower than the scan, hence wider where the two pattern languages differ: in Nx a `!` wins wherever it stands, so an ignore
 * pattern becomes one only if no exception reaches below it; a name with characters that mean something to Nx becomes `*`.
 * An ignore file with a bad pattern gives the globs of no ignore file: the build will name the bad line.
 */
export function listInputGlobs(request: InputGlobRequest): readonly string[] {
  const root = request.contextRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
  const { contextRoot, dockerfile } = request;
  const always = [...(dockerfile === null ? [] : [dockerfile]), ...listIgnoreFileCandidates(contextRoot, dockerfile)];
  const patterns = readPatterns(request);
  const { positives, rest } = splitAtBlanket(patterns);
  const everything = positives.flatMap((segments) => listBelow(root, segments)).map(widenSegments);
  const narrowed = request.reads && listReadSegments(request.reads, root, everything);
  const included = [...(narrowed && narrowed.length <= MAX_INCLUSIONS ? narrowed : everything)];
  const excluded = [
    ...request.ownOutputs
      .map((path) => path.split('/'))
      .filter(isPlain)
      .map((segments) => [...segments, '**', '*']),
    ...rest
      .filter((pattern) => isPlain(pattern.segments) && isPlain(root))
      .filter((pattern) => !pattern.isException && !isReachedByException(pattern, patterns))
      .filter((pattern) => !always.some((path) => matchesInContext(pattern, path, request.contextRoot)))
      .flatMap(({ segments }) => listBelow(root, segments)),
  ];
  // Nx merges, writes and compares every input of every target, so what has no effect is left out.
  const { hasMoreInputs = false } = request;
  const effective = excluded.filter((it) => hasMoreInputs || included.some((other) => mayMeet(it, other)));
  const globs = [
    ...decidingFiles(root, dockerfile),
    ...included.map((segments) => `{workspaceRoot}/${segments.join('/')}`),
    ...effective.map((segments) => `!{workspaceRoot}/${segments.join('/')}`),
  ];
  return [...new Set(globs)].slice(0, MAX_INPUT_GLOBS);
}

/** The Dockerfile and all its possible ignore files. Nx knows one level of braces. */
function decidingFiles(root: readonly string[], dockerfile: string | null): readonly string[] {
  const names = '{containerignore,dockerignore}';
  const ofDockerfile = dockerfile === null ? [] : [widenSegments(dockerfile.split('/')).join('/')];
  return [
    ...ofDockerfile.flatMap((path) => [path, `${path}.${names}`]),
    [...root.map(widenSegment), `.${names}`].join('/'),
  ].map((path) => `{workspaceRoot}/${path}`);
}

/** A read of the root reads everything, which may itself be a list of what the ignore file lets through. */
function listReadSegments(
  reads: readonly InputRead[],
  root: readonly string[],
  everything: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const segments = reads.flatMap((read) => {
    if (read.kind === 'globs') return read.globs.map((glob) => [...root.map(widenSegment), ...glob.split('/')]);
    if (read.source === '') return everything;
    const source = read.source.split('/');
    const anything = source.indexOf('**');
    return listBelow(root, anything < 0 ? source : source.slice(0, anything)).map(widenSegments);
  });
  return [...new Map(segments.map((path) => [path.join('/'), path])).values()];
}

interface SegmentedPattern extends IgnorePattern {
  readonly segments: readonly string[];
  readonly position: number;
}

function readPatterns(request: InputGlobRequest): readonly SegmentedPattern[] {
  try {
    const { patterns } = parseIgnoreFile(request.ignoreText ?? '', request.ignoreFile ?? undefined);
    return patterns.map((pattern, position) => ({ ...pattern, segments: pattern.pattern.split('/'), position }));
  } catch {
    return [];
  }
}

/**
 * An ignore file that begins by leaving out everything (`*` or `**`) and then lets folders through is read as the list of what it lets
 * through; any other lets everything through but its patterns.
 */
function splitAtBlanket(patterns: readonly SegmentedPattern[]): {
  readonly positives: readonly (readonly string[])[];
  readonly rest: readonly SegmentedPattern[];
} {
  const [first, ...rest] = patterns;
  if (!first || first.isException || !['*', '**', '**/*'].includes(first.pattern)) {
    return { positives: [[]], rest: patterns };
  }
  const positives = rest.filter(({ isException }) => isException).map(({ segments }) => segments);
  return { positives: positives.length > MAX_EXCEPTIONS ? [[]] : positives, rest };
}

/** A pattern matches a path and everything below it; an empty one matches everything below the root. */
function listBelow(root: readonly string[], pattern: readonly string[]): readonly (readonly string[])[] {
  if (pattern.length === 0) return [[...root, '**', '*']];
  const segments = [...root, ...pattern];
  return pattern.at(-1) === '**' ? [[...segments, '*']] : [segments, [...segments, '**', '*']];
}

/** Segments of a pattern to those of an Nx glob that matches at least the same: what may mean something else to Nx becomes a wildcard. */
export function widenSegments(segments: readonly string[]): readonly string[] {
  const ambiguous = segments.findIndex((segment) => segment.includes('**') && segment !== '**');
  if (ambiguous >= 0) return [...widenSegments(segments.slice(0, ambiguous)), '**', '*'];
  return segments.map(widenSegment);
}

function widenSegment(segment: string): string {
  return isPlainSegment(segment) ? segment : '*';
}

/** For exclusion: only what certainly means the same to both is used. */
function isPlain(segments: readonly string[]): boolean {
  return segments.every(isPlainSegment);
}

/** Letters, digits and what has no meaning in any glob; `**` alone; and `*` among these. */
function isPlainSegment(segment: string): boolean {
  return (
    segment === '**' ||
    (/^[\p{L}\p{N}._\-~=,;:%&#* ]+$/u.test(segment) && !segment.includes('**') && !/^#/.test(segment))
  );
}

/**
 * Whether an exception may let something through at or below what the pattern leaves out. A later one always may. An earlier one may
 * where it reaches deeper than the pattern: BuildKit does not look at the pattern for a folder that is ignored already, and then
 * does not know that it holds for what is below (`judgePath`); podman does not look at all the folders above a path.
 */
function isReachedByException(pattern: SegmentedPattern, patterns: readonly SegmentedPattern[]): boolean {
  const depth = pattern.segments.filter((segment) => segment !== '**').length;
  return patterns.some(
    (exception) =>
      exception.isException &&
      (exception.position > pattern.position || mayReachDepth(exception.segments, depth)) &&
      mayMeet(pattern.segments, exception.segments),
  );
}

function mayReachDepth(segments: readonly string[], depth: number): boolean {
  return segments.length >= depth || segments.some((segment) => segment.includes('**'));
}

/** Whether two patterns may match the same path, or one a path below the other's. Errs towards yes. */
function mayMeet(a: readonly string[], b: readonly string[]): boolean {
  for (const [index, segment] of a.entries()) {
    const other = b[index];
    if (other === undefined || segment.includes('**') || other.includes('**')) return true;
    if (segment !== other && !isWild(segment) && !isWild(other)) return false;
  }
  return true;
}

function isWild(segment: string): boolean {
  return /[*?[\\]/.test(segment);
}

function matchesInContext(pattern: SegmentedPattern, workspacePath: string, contextRoot: string): boolean {
  const path = posix.relative(contextRoot || '.', workspacePath);
  if (path.startsWith('../')) return false;
  const segments = path.split('/');
  return segments.some((_, depth) => pattern.matches(segments.slice(0, depth + 1).join('/')));
}
