import type { CopySources, StageRun } from '../../dockerfile/list-copy-sources';
import type { PlannedRead } from '../select-entries';

/** A Dockerfile's stages as far as it matters who is FROM whom: stage to the stage that it is FROM. */
export type StageBases = ReadonlyMap<number, number>;

/**
 * The RUN instructions that can see what a narrowed instruction copied: those after it in its stage, those of stages that are FROM that one, and
 * those that mount it. Pure.
 */
export function listNarrowedRuns(
  reads: readonly PlannedRead[],
  sources: CopySources,
  bases: StageBases,
): readonly StageRun[] {
  const narrowedLines = new Set(reads.filter(({ narrowedTo }) => narrowedTo !== undefined).map(({ line }) => line));
  const copies = sources.reads.filter(({ line }) => narrowedLines.has(line));
  const mounting = new Set(
    sources.stageCopies
      .filter(
        ({ instruction, fromStage }) =>
          instruction === 'RUN' && copies.some((copy) => sees(fromStage, copy.stage, bases)),
      )
      .map(({ line }) => line),
  );
  return sources.runs.filter(
    ({ stage, line }) =>
      mounting.has(line) ||
      copies.some((copy) => (stage === copy.stage ? line >= copy.line : sees(stage, copy.stage, bases))),
  );
}

/** Whether a stage is the other one, or FROM it at any distance. */
function sees(stage: number, copied: number, bases: StageBases): boolean {
  for (let current: number | undefined = stage; current !== undefined; current = bases.get(current)) {
    if (current === copied) return true;
  }
  return false;
}
