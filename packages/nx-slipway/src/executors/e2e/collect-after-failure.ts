import type { Cluster } from '../../clusters/cluster';
import { describeProblem, isSlipwayError, type Problem } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { printProblem } from '../run-task';

/** How long the collection of diagnostics may take: a cancelled task must end soon. */
export const COLLECTION_TIMEOUT_MS = 30_000;

/** What is collected, and where it goes. */
export interface Collection {
  /** Projects whose deploys were tested. */
  readonly projects: readonly string[];
  /** Absolute path. */
  readonly absoluteFolder: string;
  /** The same, workspace-relative. */
  readonly folder: string;
  /** Opens the cluster with these tools. */
  readonly openCluster: (tools: Tools) => Promise<Cluster>;
}

/**
 * Runs tests; where they fail, or cannot be run for a reason that has a code, collects what helps to find out why. Ends as they do.
 */
export async function runAndExplain(
  collection: Collection,
  run: () => Promise<RunResult>,
  tools: Tools,
): Promise<RunResult> {
  const collect = async (): Promise<void> => {
    const incomplete = await collectAfterFailure(collection, tools);
    if (incomplete) printProblem(incomplete, tools);
  };
  try {
    const result = await run();
    if (result.status !== 'ok') await collect();
    return result;
  } catch (error) {
    if (isSlipwayError(error)) await collect();
    throw error;
  }
}

/**
 * Collects what helps to find out why tests failed, also after the task was cancelled: with a signal of its own. Never throws,
 * so that how the tests ended is what the task ends with.
 * @returns E2E_DIAGNOSTICS_INCOMPLETE where not all could be collected
 */
export async function collectAfterFailure(collection: Collection, tools: Tools): Promise<Problem | undefined> {
  const signal = AbortSignal.timeout(COLLECTION_TIMEOUT_MS);
  try {
    const cluster = await collection.openCluster({ ...tools, signal });
    await cluster.collectDiagnostics(collection.projects, collection.absoluteFolder);
    return undefined;
  } catch (error) {
    const reason = signal.aborted
      ? `it took longer than ${COLLECTION_TIMEOUT_MS / 1_000} s`
      : (error as Error).message.replace(/\.$/, '');
    const details = isSlipwayError(error) ? { toolOutput: error.problem.toolOutput } : {};
    return describeProblem('E2E_DIAGNOSTICS_INCOMPLETE', { folder: collection.folder, reason }, details);
  }
}
