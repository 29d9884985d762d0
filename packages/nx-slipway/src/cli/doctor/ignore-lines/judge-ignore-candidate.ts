import { posix } from 'node:path';
import { readEmbedPatterns } from '../../../build-context/narrowing/go/read-embed-patterns';
import { findWholeTreeReads } from '../../../build-context/narrowing/find-whole-tree-reads';
import { listNarrowedRuns, type StageBases } from '../../../build-context/narrowing/list-narrowed-runs';
import { splitShellCommands } from '../../../build-context/narrowing/shell-commands';
import type { ContextRead, CopySources, StageRun } from '../../../dockerfile/list-copy-sources';
import type { IgnoreCandidate } from './ignore-candidate';

/** A build as far as it decides what it needs of its build context. */
export interface JudgedBuild {
  readonly sources: CopySources;
  /** Which stage each needed stage is FROM, where that is a stage. */
  readonly bases: StageBases;
  /** Index of the stage that becomes the image. */
  readonly targetStage: number;
  /** Staged files and links, relative to the root of the build context. */
  readonly paths: readonly string[];
  /** The text of a staged file, `undefined` where it is none or cannot be read. */
  readonly readText: (path: string) => string | undefined;
}

/**
 * Why a build may need what a line would leave out; `undefined` where it certainly does not: what is left out was copied with a
 * folder, into a stage of which the image takes nothing at that place, and no RUN line that sees it names it, reads a whole tree, or is
 * of a tool that may read it. Errs towards needing it. Pure but for reading through `readText`.
 */
export function judgeIgnoreCandidate(candidate: IgnoreCandidate, build: JudgedBuild): string | undefined {
  const leftOut = build.paths.filter((path) => candidate.matches(path));
  if (leftOut.length === 0) return undefined;
  const { reads } = build.sources;
  const unresolved = reads.find(({ resolved }) => !resolved);
  if (unresolved) return `what line ${unresolved.line} reads is not known`;
  const naming = reads.find(({ sources }) => sources.some((source) => names(source, leftOut, candidate)));
  if (naming) return `line ${naming.line} names it`;
  const reading = reads.filter(({ sources }) => sources.some((source) => leftOut.some((path) => isIn(path, source))));
  const reaching = reading.find((read) => reachesImage(read, leftOut, build));
  if (reaching) return `the image has what line ${reaching.line} copies`;
  return judgeRuns(candidate, listSeeingRuns(reading, build)) ?? judgeFiles(candidate, leftOut, build);
}

/** Whether a COPY source stands for something that would be left out, and not for a folder above it. */
function names(source: string, leftOut: readonly string[], { matches }: IgnoreCandidate): boolean {
  if (!/[*?[\\]/.test(source))
    return matches(source) || leftOut.some((path) => isIn(source, path)) || isInside(source, leftOut, matches);
  const folder = posix.dirname(source.replace(/[*?[\\].*$/, '*'));
  const suffix = /[^*?[\]\\]*$/.exec(source)?.[0] ?? '';
  return leftOut.some((path) => (folder === '.' || isIn(path, folder)) && path.endsWith(suffix));
}

/** A source that is itself a folder which would be left out. */
function isInside(source: string, leftOut: readonly string[], matches: IgnoreCandidate['matches']): boolean {
  if (source === '') return false;
  const below = leftOut.filter((path) => isIn(path, source));
  return below.length > 0 && matches(`${source}/any`);
}

/** Whether the image may have what was copied: the stage is part of it, or something is taken from that place. */
function reachesImage(
  { stage, destination, sources, instruction }: ContextRead,
  leftOut: readonly string[],
  { bases, targetStage, sources: { stageCopies } }: JudgedBuild,
): boolean {
  if (instruction === 'RUN') return true; // A mounted tree is read by the very line that mounts it.
  if (destination === null || seesStage(targetStage, stage, bases)) return true;
  const places = sources.flatMap((source) =>
    leftOut.filter((path) => isIn(path, source)).map((path) => posix.join(destination, posix.relative(source, path))),
  );
  return stageCopies
    .filter(({ fromStage }) => seesStage(fromStage, stage, bases))
    .some(
      (copy) =>
        !copy.resolved ||
        copy.sources.some(
          (source) => /[*?[\\]/.test(source) || places.some((place) => isIn(place, source) || isIn(source, place)),
        ),
    );
}

function listSeeingRuns(reading: readonly ContextRead[], { sources, bases }: JudgedBuild): readonly StageRun[] {
  const marked = sources.reads.map((read) => (reading.includes(read) ? { ...read, narrowedTo: [] } : read));
  return listNarrowedRuns(marked, sources, bases);
}

/** Commands that read nothing of a build context but what they are told. `go` without what `findWholeTreeReads` names. */
const READS_NOTHING_UNTOLD = new Set(
  'go cd mkdir export set unset echo printf test [ true : umask strip upx chmod chown apt-get apk fi done esac'.split(
    ' ',
  ),
);

function judgeRuns(candidate: IgnoreCandidate, runs: readonly StageRun[]): string | undefined {
  const [wholeTree] = findWholeTreeReads(runs);
  if (wholeTree) return `line ${wholeTree.line} ${wholeTree.reason}`;
  const mentioning = runs.find(({ shell }) => candidate.mention.test(shell));
  if (mentioning) return `line ${mentioning.line} names it`;
  if (candidate.unreadBy === 'any') return undefined;
  for (const { line, shell } of runs) {
    const other = splitShellCommands(shell).find(
      ({ words: [command] }) => command !== undefined && !READS_NOTHING_UNTOLD.has(posix.basename(command.text)),
    );
    if (other) return `line ${line} runs ${other.words[0]?.text ?? ''}, which may read it`;
  }
  return undefined;
}

function judgeFiles(candidate: IgnoreCandidate, leftOut: readonly string[], build: JudgedBuild): string | undefined {
  const folders = new Set(leftOut.flatMap(listFoldersAbove));
  for (const path of build.paths) {
    if (candidate.matches(path)) continue;
    if (path.endsWith('.go')) {
      if (folders.has(posix.dirname(path)) && readEmbedPatterns(build.readText(path) ?? '').length > 0) {
        return `${path} embeds files`;
      }
    } else if (candidate.unreadBy === 'any' && candidate.mention.test(build.readText(path) ?? '')) {
      return `${path} names it`;
    }
  }
  return undefined;
}

/** The folders above a path, `.` for the root, and the path itself. */
function listFoldersAbove(path: string): string[] {
  const segments = path.split('/');
  return ['.', ...segments.map((_, depth) => segments.slice(0, depth + 1).join('/'))];
}

/** Whether a stage is the other one, or FROM it at any distance. */
function seesStage(stage: number, copied: number, bases: StageBases): boolean {
  for (let current: number | undefined = stage; current !== undefined; current = bases.get(current)) {
    if (current === copied) return true;
  }
  return false;
}

/** `''` and `/` are roots. */
function isIn(path: string, folder: string): boolean {
  const prefix = folder.replace(/\/+$/, '');
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
}
