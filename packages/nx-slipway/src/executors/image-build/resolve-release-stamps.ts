import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { RELEASE_VARIABLE } from '../../plugin/release';
import type { ImageBuildJob } from './image-build-options';
import { resolveStamps } from './resolve-stamps';

/**
 * The values of stamps where they are to be in the content key; `undefined` where they are not. Nx hashes the variable and no stamp, so
 * without it Nx would take the image of another commit for this release's.
 * @throws {SlipwayError} CONFIG_RELEASE_UNNAMED, BUILD_STAMP_UNRESOLVED
 */
export async function resolveReleaseStamps(
  { options, workspaceRoot, project, target }: ImageBuildJob,
  tools: Pick<Tools, 'env' | 'runner'>,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (!options.stampsInKey) return undefined;
  if (!tools.env[RELEASE_VARIABLE]) {
    throw new SlipwayError('CONFIG_RELEASE_UNNAMED', { target: `${project}:${target}`, variable: RELEASE_VARIABLE });
  }
  return resolveStamps(options.stamps, workspaceRoot, tools);
}
