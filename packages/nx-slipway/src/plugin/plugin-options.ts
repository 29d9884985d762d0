import * as z from 'zod';
import { memoryAmountSchema } from '../artifact/memory-amount';
import { CLUSTER_PROVIDERS, clusterChoiceShape } from '../clusters/cluster-choice';

/** The kinds of targets that this plugin infers; each is the name of its executor. */
export const TARGET_KINDS = ['image-build', 'image-load', 'deploy-only', 'e2e', 'cluster-up', 'cluster-down'] as const;

/** A kind of target. */
export type TargetKind = (typeof TARGET_KINDS)[number];

const targetName = z.string().regex(/^[^\s:*{}]+$/, 'must be a name without spaces, ":" and wildcards');

const targetNames = z
  .strictObject({
    imageBuild: targetName.default('image-build'),
    imageLoad: targetName.default('image-load'),
    deployOnly: targetName.default('deploy-only'),
    e2e: targetName.default('e2e'),
    clusterUp: targetName.default('cluster-up'),
    clusterDown: targetName.default('cluster-down'),
  })
  .refine((names) => new Set(Object.values(names)).size === Object.keys(names).length, 'must all differ');

const cluster = z.strictObject({
  provider: z.enum(CLUSTER_PROVIDERS).default('podman'),
  project: z.string().min(1).default('cluster'),
  ...clusterChoiceShape,
});

/** How builds wait for memory: `off` is not at all. */
export const admissionSchema = z
  .union(
    [
      z.literal('off'),
      z.strictObject({ reserve: memoryAmountSchema.optional(), maxConcurrent: z.int().min(1).max(64).optional() }),
    ],
    // zod tells of a union's branches only where exactly one fits in kind.
    { error: ({ input }) => (typeof input === 'object' ? undefined : 'must be "off" or an object') },
  )
  .prefault({});

/** What `nx.json` may say at `plugins[].options`. `plugin-options.schema.json` is the published form of it. */
export const pluginOptionsSchema = z.strictObject({
  $schema: z.string().optional(),
  engine: z.enum(['podman', 'docker']).default('podman'),
  cluster: z.union([z.literal(false), cluster]).prefault({}),
  targetNames: targetNames.prefault({}),
  admission: admissionSchema,
});

/** The plugin's options, complete. */
export type PluginOptions = z.infer<typeof pluginOptionsSchema>;

/** Either complete options, or why they are not valid together with the defaults, by which target names can still be told. */
export type PluginOptionsResult =
  | { readonly status: 'valid'; readonly options: PluginOptions }
  | { readonly status: 'invalid'; readonly reason: string; readonly options: PluginOptions };

/** Completes the options of `nx.json`. Never throws. Pure. */
export function normalizePluginOptions(options: unknown): PluginOptionsResult {
  const result = pluginOptionsSchema.safeParse(options ?? {});
  if (result.success) return { status: 'valid', options: result.data };
  return { status: 'invalid', reason: renderIssues(result.error), options: pluginOptionsSchema.parse({}) };
}

/** One line for all complaints of zod: `cluster.name: must be …; engine: …`. Pure. */
export function renderIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`).join('; ');
}

/** What each kind of target is called in this workspace. Pure. */
export function targetNameOf(kind: TargetKind, { targetNames: names }: PluginOptions): string {
  const byKind: Record<TargetKind, string> = {
    'image-build': names.imageBuild,
    'image-load': names.imageLoad,
    'deploy-only': names.deployOnly,
    e2e: names.e2e,
    'cluster-up': names.clusterUp,
    'cluster-down': names.clusterDown,
  };
  return byKind[kind];
}
