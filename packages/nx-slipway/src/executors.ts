import type { ExecutorContext } from '@nx/devkit';
import type { ReportProblemOptions } from './executors/report-problem/report-problem.impl';
import type { TaskResult } from './executors/run-task';

type Executor = (options: unknown, context: ExecutorContext) => Promise<TaskResult>;

// The executors, by the names that `executors.json` gives them. Each task is a process of its own and pays for what it loads, so
// each executor is a bundle that only its own tasks load.
export const clusterDown: Executor = async (...task) =>
  (await import('./executors/cluster-down/cluster-down.impl.js')).clusterDown(...task);
export const clusterUp: Executor = async (...task) =>
  (await import('./executors/cluster-up/cluster-up.impl.js')).clusterUp(...task);
export const deployOnly: Executor = async (...task) =>
  (await import('./executors/deploy-only/deploy-only.impl.js')).deployOnly(...task);
export const e2e: Executor = async (...task) => (await import('./executors/e2e/e2e.impl.js')).e2e(...task);
export const imageBuild: Executor = async (...task) =>
  (await import('./executors/image-build/image-build.impl.js')).imageBuild(...task);
export const imageLoad: Executor = async (...task) =>
  (await import('./executors/image-load/image-load.impl.js')).imageLoad(...task);
export const reportProblem = async (options: ReportProblemOptions): Promise<TaskResult> =>
  (await import('./executors/report-problem/report-problem.impl.js')).reportProblem(options);
