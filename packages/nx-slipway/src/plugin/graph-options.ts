import * as z from 'zod';
import { CONTEXT_NAME_PATTERN } from '../build-context/named-context';
import { REFRESH_PATTERN } from '../build-context/refresh-epoch';
import { narrowSchema } from '../build-context/narrowing/parse-narrow-rule';
import { helmSchema, imagePathsSchema } from '../deploy/deploy-option-schemas';
import { isLocalChart } from '../deploy/helm/helm-option';
import { isValidImageName } from '../artifact/image-name';
import { normalizeWorkspacePath } from './workspace-path';

/**
 * The options that decide inputs and edges, so that they must be valid when the graph is made. The others are validated
 * when the executor runs, from the same configuration.
 */

function pathOf(path: string, issues: z.RefinementCtx): string {
  const normalized = normalizeWorkspacePath(path);
  if (normalized !== undefined) return normalized;
  issues.addIssue({ code: 'custom', message: `"${path}" is not a path within the workspace` });
  return z.NEVER;
}

const workspacePath = z.string().transform(pathOf);

const filledText = z.string().min(1);

/** The option `namedContexts`: folders are workspace-relative and normalized. */
export const namedContextsSchema = z.record(
  z
    .string()
    .regex(CONTEXT_NAME_PATTERN, 'is no name of a build context (lower case letters, digits, and . _ - between them)'),
  workspacePath,
);

/** The deciding options of `image-build`; paths are normalized. */
export const imageBuildGraphOptions = z.looseObject({
  dockerfile: workspacePath,
  buildContext: workspacePath,
  image: z.string().refine(isValidImageName, {
    error: ({ input }) =>
      `"${String(input)}" is not an image name (lower case, a-z 0-9 . _ - /, without registry, tag and digest)`,
  }),
  targetStage: filledText.optional(),
  platform: filledText.optional(),
  buildArgs: z.record(z.string(), z.string()).default({}),
  stamps: z.record(z.string(), z.string()).default({}),
  refresh: z.string().regex(REFRESH_PATTERN, 'is not a number of hours, days or weeks, e.g. "7d"').optional(),
  namedContexts: namedContextsSchema.default({}),
  narrow: narrowSchema.default({}),
  copiesOutputsOf: z.array(filledText).default([]),
});

/** The deciding options of `deploy-only` and `image-load`; paths are normalized. */
export const deployGraphOptions = z.looseObject({
  manifests: z.array(workspacePath),
  helm: helmSchema.default([]).transform((releases, issues) =>
    releases.map((release) => ({
      ...release,
      chart: isLocalChart(release.chart) ? pathOf(release.chart, issues) : release.chart,
    })),
  ),
  imagePaths: imagePathsSchema.default({}),
  needs: z.array(filledText).default([]),
  preload: z.boolean().default(false),
});

/** Those of `deploy-only` and `image-load` in each of a target's configurations. */
export const deployConfigurations = z.array(deployGraphOptions);

/** The deciding options of `e2e`. */
export const e2eGraphOptions = z.looseObject({
  command: filledText,
  testFiles: z.array(filledText),
  testPackages: z.array(filledText),
});
