import { keyTagOf } from '../../artifact/image-record';
import { isSlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { openImageStore } from '../../executors/open-image-store';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import type { PlannedImage } from './describe-plan';

/**
 * Adds what an engine knows: which image it has under the key tag of each plan, in one call. Where there is no engine, or it does not answer, that is
 * not known, and the plan says why.
 */
export async function findReusableImages(
  planned: readonly PlannedImage[],
  images: readonly WorkspaceImage[],
  engine: string | undefined,
  tools: Tools,
): Promise<readonly PlannedImage[]> {
  if (engine === 'none') return planned.map((image) => withoutReuse(image, 'no engine was asked'));
  const configured = images.map(({ options }) => options['engine']).find((name) => typeof name === 'string');
  const keyTags = planned.flatMap(({ image, contentKey }) =>
    contentKey === null ? [] : [keyTagOf(image, contentKey)],
  );
  if (keyTags.length === 0) return planned;
  try {
    const store = openImageStore(engine ?? configured, tools);
    const found = await store.findImages(keyTags);
    return planned.map((image) => {
      if (image.contentKey === null) return image;
      const imageId = found.get(keyTagOf(image.image, image.contentKey))?.imageId;
      return imageId === undefined ? image : { ...image, reuse: { engine: store.engine, imageId } };
    });
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    const { message } = error.problem;
    return planned.map((image) => withoutReuse(image, message));
  }
}

function withoutReuse(image: PlannedImage, reason: string): PlannedImage {
  return { ...image, unknown: { reuse: reason, ...image.unknown } };
}
