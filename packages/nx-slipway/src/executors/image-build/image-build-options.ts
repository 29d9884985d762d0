import * as z from 'zod';
import { hostPlatformOf } from '../../artifact/host-platform';
import { imageNameOfProject } from '../../artifact/image-name';
import { REFRESH_PATTERN } from '../../build-context/refresh-epoch';
import { narrowSchema, parseNarrow, type NarrowedCopy } from '../../build-context/narrowing/parse-narrow-rule';
import { namedContextsSchema } from '../../plugin/graph-options';
import { memoryAmountSchema } from '../../artifact/memory-amount';
import { admissionSchema } from '../../plugin/plugin-options';

/** Default of `timeoutSeconds`. */
export const DEFAULT_BUILD_TIMEOUT_SECONDS = 3_600;

/** Default of `proveSample`: one narrowed build in a hundred is proven again. */
export const DEFAULT_PROVE_SAMPLE = 0.01;

/** The options of `image-build`, as `schema.json` documents them. */
export const imageBuildOptionsSchema = z.strictObject({
  dockerfile: z.string().min(1).optional(),
  buildContext: z.string().optional(),
  image: z.string().min(1).optional(),
  targetStage: z.string().min(1).optional(),
  platform: z
    .string()
    .regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'is not "os/architecture", e.g. "linux/amd64"')
    .optional(),
  buildArgs: z.record(z.string(), z.string()).default({}),
  stamps: z.record(z.string(), z.string()).default({}),
  stampsInKey: z.boolean().default(false),
  secrets: z.array(z.string()).default([]),
  refresh: z.string().regex(REFRESH_PATTERN, 'is not a number of hours, days or weeks, e.g. "7d"').optional(),
  refreshEpoch: z.int().nonnegative().optional(),
  namedContexts: namedContextsSchema.default({}),
  narrow: narrowSchema.default({}),
  proveSample: z.number().min(0).max(1).default(DEFAULT_PROVE_SAMPLE),
  copiesOutputsOf: z.array(z.string().min(1)).default([]),
  network: z.enum(['default', 'host', 'none']).default('default'),
  trustHostCa: z.boolean().default(false),
  timeoutSeconds: z.int().positive().default(DEFAULT_BUILD_TIMEOUT_SECONDS),
  engine: z.string().optional(),
  memory: memoryAmountSchema.optional(),
  admission: admissionSchema,
});

/** Validated options of `image-build`. */
export type ImageBuildOptions = z.infer<typeof imageBuildOptionsSchema>;

/** One image of a project with everything decided that options decide. Paths are workspace-relative. */
export interface ImageBuildJob {
  readonly project: string;
  readonly projectRoot: string;
  readonly target: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly image: string;
  readonly dockerfile: string;
  /** `''` is the workspace's root. */
  readonly buildContext: string;
  readonly platform: string;
  /** Additional build contexts: name to folder, `''` is the workspace's root. */
  readonly namedContexts: Readonly<Record<string, string>>;
  /** The option `narrow`. */
  readonly narrow: readonly NarrowedCopy[];
  readonly options: ImageBuildOptions;
  /** The configuration of the target that gave some of the options; not given where none did. */
  readonly configuration?: string | undefined;
}

/** What a job needs to know besides its options. */
export interface ImageBuildPlace {
  readonly project: string;
  readonly target: string;
  readonly workspaceRoot: string;
  readonly projectRoot: string;
  readonly configuration?: string | undefined;
  /** Node's name of this machine's architecture (`process.arch`). */
  readonly architecture: string;
}

/** Completes options: everything that they leave out gets its default. Pure. */
export function normalizeImageBuildJob(options: ImageBuildOptions, place: ImageBuildPlace): ImageBuildJob {
  return {
    project: place.project,
    projectRoot: relativePath(place.projectRoot),
    target: place.target,
    workspaceRoot: place.workspaceRoot,
    image: options.image ?? imageNameOfProject(place.project),
    dockerfile: relativePath(options.dockerfile ?? `${place.projectRoot}/Dockerfile`),
    buildContext: relativePath(options.buildContext ?? place.projectRoot),
    platform: options.platform ?? hostPlatformOf(place.architecture),
    namedContexts: Object.fromEntries(
      Object.entries(options.namedContexts).map(([name, folder]) => [name, relativePath(folder)]),
    ),
    narrow: parseNarrow(options.narrow),
    options,
    ...(place.configuration === undefined ? {} : { configuration: place.configuration }),
  };
}

/** Nx resolves `{workspaceRoot}` at the start of an option to nothing or to `.`. */
function relativePath(path: string): string {
  return path
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}
