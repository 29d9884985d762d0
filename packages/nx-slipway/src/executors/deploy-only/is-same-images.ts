import type { AppliedRecord } from '../../artifact/applied-record';
import { isSlipwayError } from '../../errors/slipway-error';
import type { Clock } from '../../exec/tools';
import { readVerifiedClaims } from '../image-build/verify-claims';
import type { TaskPlace } from '../task-place';

/**
 * Whether a deploy would take exactly these images again: each is what its `image.json` says now, and that claim belongs to the
 * working tree. Whatever is wrong with a claim is for the deploy to say.
 */
export async function isSameImages(
  images: AppliedRecord['images'],
  place: TaskPlace,
  { clock }: { readonly clock: Clock },
): Promise<boolean> {
  if (images.some(({ origin }) => origin !== 'image.json')) return false;
  try {
    const names = images.map(({ name }) => name);
    const records = await readVerifiedClaims(names, place, clock);
    return records?.every(({ imageId }, index) => imageId === images[index]?.imageId) ?? false;
  } catch (error) {
    if (isSlipwayError(error)) return false;
    throw error;
  }
}
