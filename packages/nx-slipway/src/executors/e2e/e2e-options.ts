import * as z from 'zod';
import { clusterOptionsShape } from '../cluster-options';

/** Default of `timeoutSeconds` of `e2e`. */
export const DEFAULT_TEST_TIMEOUT_SECONDS = 1_800;

/** The options of `e2e`, as `schema.json` documents them. */
export const e2eOptionsSchema = z.strictObject({
  command: z.string().min(1),
  cwd: z.string().default(''),
  env: z.record(z.string(), z.string()).default({}),
  args: z.array(z.string()).default([]),
  timeoutSeconds: z.int().positive().default(DEFAULT_TEST_TIMEOUT_SECONDS),
  testFiles: z.array(z.string()).default([]),
  testPackages: z.array(z.string()).default([]),
  goCoverage: z.boolean().default(false),
  ...clusterOptionsShape,
});

/** Validated options of `e2e`. */
export type E2eOptions = z.infer<typeof e2eOptionsSchema>;
