import * as z from 'zod';
import { RETAINED_KINDS } from '../../clusters/kubernetes/apply/retained-kinds';
import { helmSchema, imagePathsSchema } from '../../deploy/deploy-option-schemas';
import { clusterOptionsShape } from '../cluster-options';

/** Default of `timeoutSeconds` of `deploy-only`. */
export const DEFAULT_READY_TIMEOUT_SECONDS = 300;

const manifestOptionsShape = {
  manifests: z.array(z.string()).default([]),
  externalImages: z.array(z.string()).default([]),
  imagePaths: imagePathsSchema.default({}),
  helm: helmSchema.default([]),
  ...clusterOptionsShape,
};

/** The options of `deploy-only`, as `schema.json` documents them. */
export const deployOnlyOptionsSchema = z.strictObject({
  ...manifestOptionsShape,
  needs: z.array(z.string()).default([]),
  preload: z.boolean().default(false),
  goCoverage: z.boolean().default(false),
  forceConflicts: z.boolean().default(false),
  pruneKinds: z.array(z.enum(RETAINED_KINDS)).default([]),
  dryRun: z.boolean().default(false),
  render: z.string().min(1).optional(),
  timeoutSeconds: z.int().positive().default(DEFAULT_READY_TIMEOUT_SECONDS),
});

/** The options of `image-load`, as `schema.json` documents them. */
export const imageLoadOptionsSchema = z.strictObject(manifestOptionsShape);

/** Validated options of `image-load`, which `deploy-only` has too. */
export type ImageLoadOptions = z.infer<typeof imageLoadOptionsSchema>;

/** Validated options of `deploy-only`. */
export type DeployOnlyOptions = z.infer<typeof deployOnlyOptionsSchema>;
