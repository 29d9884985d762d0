import type { ImageStore } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';
import type { WorkspacePlace } from '../task-place';
import { openBuildEquipment } from './open-build-equipment';
import { secureImages, type SecuredImage } from './secure-images';

export type { SecuredImage } from './secure-images';

/**
 * The one way by which another executor reaches a build: makes sure that the engine has the images which `image.json` files
 * describe, as `secureImages` promises. Lint lets `deploy-only/` and `image-load/` import nothing else of this folder.
 * @throws {SlipwayError} ARTIFACT codes where a claim is missing, damaged or belongs to other inputs; BUILD codes
 */
export async function secureWorkspaceImages(
  names: readonly string[],
  engine: { readonly engine: string | undefined; readonly store: ImageStore },
  place: WorkspacePlace,
  tools: Tools,
): Promise<SecuredImage[]> {
  const equipment = openBuildEquipment({ ...engine, machineStore: place.machineStore }, tools);
  return secureImages(names, place, equipment);
}
