import * as z from 'zod';

// Each task is a process of its own and validates a few objects: compiled validators cost more than they save (11 ms).
z.config({ jitless: true });

/** The executors, by the names that `executors.json` gives them. One bundle holds them all: loading it costs 50 ms, separate files cost 130. */
export { default as clusterDown } from './executors/cluster-down/cluster-down.impl';
export { default as clusterUp } from './executors/cluster-up/cluster-up.impl';
export { default as deployOnly } from './executors/deploy-only/deploy-only.impl';
export { default as e2e } from './executors/e2e/e2e.impl';
export { default as imageBuild } from './executors/image-build/image-build.impl';
export { default as imageLoad } from './executors/image-load/image-load.impl';
export { default as reportProblem } from './executors/report-problem/report-problem.impl';
