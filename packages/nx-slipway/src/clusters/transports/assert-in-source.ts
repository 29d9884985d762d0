import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import type { ImageStore } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';

/** Makes sure that the engine has images under their image tags, in one call to it. @throws {SlipwayError} CLUSTER_SOURCE_IMAGE_MISSING */
export async function assertInSource(records: readonly ImageRecord[], source: ImageStore): Promise<void> {
  const stored = await source.findImages(records.map(({ name, imageId }) => imageTagOf(name, imageId)));
  for (const { name, imageId } of records) {
    const image = imageTagOf(name, imageId);
    const found = stored.get(image)?.imageId;
    if (found === imageId) continue;
    const instead = found === undefined ? 'it is not in its storage' : `its tag names ${found}`;
    throw new SlipwayError('CLUSTER_SOURCE_IMAGE_MISSING', { engine: source.engine, image, imageId, found: instead });
  }
}
