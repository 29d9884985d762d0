import type { ExecutorContext } from '@nx/devkit';
import { renderProblem } from '../errors/render-problem';
import { isSlipwayError, type Problem } from '../errors/slipway-error';
import { createProcessRunner } from '../exec/execa-runner';
import type { Clock, Tools } from '../exec/tools';
import { findStalePlugin } from './find-stale-plugin';
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
  const cancellation = new AbortController();
  const stopListening = abortOnTermination(cancellation);
  const tools = createTools(cancellation.signal);
  try {
    printWarnings(context, tools);
    await task(tools);
    return { success: true };
  } catch (error) {
    if (isSlipwayError(error)) {
      printProblem(error.problem, tools);
      return { success: false };
    }
    if (cancellation.signal.aborted) {
      tools.log.line('Cancelled.');
      return { success: false };
    }
    throw error;
  } finally {
    stopListening();
  }
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

function createTools(signal: AbortSignal): Tools {
  // The reader of our output may be gone (`kill -9` of nx): that must not keep us from cleaning up.
  process.stdout.on('error', () => undefined);
  return {
    runner: createProcessRunner(),
    clock: systemClock,
    env: process.env,
    log: { line: (text) => void process.stdout.write(`${text}\n`) },
    signal,
  };
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, signal?.aborted ? 0 : ms);
      signal?.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
    }),
};

/** Nx passes Ctrl-C on as SIGTERM; after `kill -9` of nx only the closed channel to it tells. */
function abortOnTermination(cancellation: AbortController): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const abort = (): void => cancellation.abort(new Error('The task was cancelled.'));
  for (const signal of signals) process.on(signal, abort);
  process.on('disconnect', abort);
  return () => {
    for (const signal of signals) process.off(signal, abort);
    process.off('disconnect', abort);
  };
}
