import { findOnPath } from '../../engines/find-on-path';
import type { BaseResolver } from '../../engines/base-resolver';
import { createPodmanBaseResolver } from '../../engines/podman/podman-base-resolver';
import { createSkopeoBaseResolver } from '../../engines/skopeo/skopeo-base-resolver';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';

/**
 * What looks up base images on this machine: skopeo where it is installed, since it moves no layers, else podman.
 * @throws {SlipwayError} ENGINE_RESOLVER_MISSING
 */
export async function openBaseResolver(tools: Tools): Promise<BaseResolver> {
  const path = tools.env['PATH'] ?? '';
  if ((await findOnPath('skopeo', path)) !== undefined) return createSkopeoBaseResolver(tools);
  if ((await findOnPath('podman', path)) !== undefined) return createPodmanBaseResolver(tools);
  throw new SlipwayError('ENGINE_RESOLVER_MISSING', {});
}
