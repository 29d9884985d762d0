import type { CopySources, StageRun } from '../../dockerfile/list-copy-sources';
import type { PlannedRead } from '../select-entries';

/** A Dockerfile's stages as far as it matters who is FROM whom: stage to the stage that it is FROM. */
export type StageBases = ReadonlyMap<number, number>;

/**
 * The RUN instructions that can see what a narrowed instruction copied, or what was made of it: those after it in its stage, those of stages that
 * are FROM a stage which has it, and those that mount from such a stage, or come after a copy from one; at any distance. Pure.
 */
export function listNarrowedRuns(
  reads: readonly PlannedRead[],
  sources: CopySources,
  bases: StageBases,
): readonly StageRun[] {
  const seenFrom = traceNarrowedFiles(reads, sources, bases);
  return sources.runs.filter(({ stage, line }) => line >= (seenFrom.get(stage) ?? Infinity));
}

/**
 * The stages that have what a narrowed instruction copied, or what was made of it: stage to the line from which on that is so; 0 where the stage
 * begins with it. Pure.
 */
export function traceNarrowedFiles(
  reads: readonly PlannedRead[],
  sources: CopySources,
  bases: StageBases,
): ReadonlyMap<number, number> {
  const narrowedLines = new Set(reads.filter(({ narrowedTo }) => narrowedTo !== undefined).map(({ line }) => line));
  const seenFrom = new Map<number, number>();
  const mark = (stage: number, line: number): boolean => {
    if (line >= (seenFrom.get(stage) ?? Infinity)) return false;
    seenFrom.set(stage, line);
    return true;
  };
  for (const { stage, line } of sources.reads) if (narrowedLines.has(line)) mark(stage, line);
  let grows = seenFrom.size > 0;
  while (grows) {
    const byCopy = sources.stageCopies.filter((copy) => seenFrom.has(copy.fromStage) && mark(copy.stage, copy.line));
    const byBase = [...bases].filter(([stage, base]) => seenFrom.has(base) && mark(stage, 0));
    grows = byCopy.length > 0 || byBase.length > 0;
  }
  return seenFrom;
}

/** Whether a stage is the other one, or FROM it at any distance. Pure. */
export function isStageOrFrom(stage: number, other: number, bases: StageBases): boolean {
  for (let current: number | undefined = stage; current !== undefined; current = bases.get(current)) {
    if (current === other) return true;
  }
  return false;
}
