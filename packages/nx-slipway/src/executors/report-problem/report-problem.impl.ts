import { renderProblem } from '../../errors/render-problem';
import type { Problem } from '../../errors/slipway-error';

/** The options of `report-problem`; those of the target in whose place it stands may be there too. */
export interface ReportProblemOptions {
  readonly problems: readonly Problem[];
}

/** Prints what was found wrong when the project graph was made, and fails. Inference puts it in place of the target concerned. */
export function reportProblem({ problems }: ReportProblemOptions): Promise<{ readonly success: false }> {
  for (const problem of problems) process.stdout.write(`${renderProblem(problem)}\n`);
  return Promise.resolve({ success: false });
}
