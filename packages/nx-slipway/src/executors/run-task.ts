import type { ExecutorContext } from '@nx/devkit';
import { renderProblem } from '../errors/render-problem';
import { isSlipwayError, type Problem } from '../errors/slipway-error';
import { openTools } from '../exec/open-tools';
import type { Tools } from '../exec/tools';
import { findStaleBuild, findStalePlugin } from './find-stale-plugin';
import { findOverriddenInputs } from '../plugin/find-overridden-inputs';
import { readInferredWarnings } from '../plugin/inferred-warnings';

/** What Nx wants back from an executor. */
export interface TaskResult {
  readonly success: boolean;
}

/**
 * The boundary of every executor: makes the effects, runs the task, and turns what it throws into a result. A foreseen
 * problem is printed and fails the task; an unforeseen error keeps its stack and goes on to Nx. On Ctrl-C, SIGTERM, and
 * when the process that started us is gone, `tools.signal` is aborted and the task ends in its own order.
 */
export async function runTask(context: ExecutorContext, task: (tools: Tools) => Promise<void>): Promise<TaskResult> {
  const { tools, close } = openTools({ line: (text) => void process.stdout.write(`${text}\n`) });
  try {
    printWarnings(context, tools);
    await task(tools);
    return { success: true };
  } catch (error) {
    if (isSlipwayError(error)) {
      printProblem(error.problem, tools);
      return { success: false };
    }
    if (tools.signal.aborted) {
      tools.log.line('Cancelled.');
      return { success: false };
    }
    throw error;
  } finally {
    close();
  }
}

/** Prints CONFIG_BUILD_STALE where it holds. For the tasks that a run begins with. */
export function warnOfStaleBuild(tools: Pick<Tools, 'log'>): void {
  const problem = findStaleBuild();
  if (problem) printProblem(problem, tools);
}

/** Prints a warning or notice that does not end the task. */
export function printProblem(problem: Problem, tools: Pick<Tools, 'log'>): void {
  tools.log.line(renderProblem(problem));
}

function printWarnings(context: ExecutorContext, tools: Tools): void {
  const warnings = [
    findOverriddenInputs(context.target ?? {}, `${context.projectName}:${context.targetName}`),
    findStalePlugin(context.target ?? {}),
    ...readInferredWarnings(context.target ?? {}),
  ];
  for (const warning of warnings) {
    if (warning) printProblem(warning, tools);
  }
}
