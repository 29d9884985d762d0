import type { PreparedBuild } from '../../../executors/image-build/prepare-build';

/**
 * Builds an image from two contexts and compares the results.
 * Resolves to why they are not known to be the same, or `undefined` where they are. Afterwards no image of this is left.
 */
export type VerifyBuilds = (now: PreparedBuild, then: PreparedBuild) => Promise<string | undefined>;
