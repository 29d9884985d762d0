import type { SourcedObject } from '../clusters/cluster';
import { SlipwayError } from '../errors/slipway-error';
import { assertExternal, type ImageMatching } from './match-images';
import { mapContainers } from './pod-images';

/**
 * Checks the images of what a chart renders: each is one that was put into its values, or declared external. Pure.
 * @param references how manifests name the images of this workspace
 * @throws {SlipwayError} DEPLOY_IMAGE_UNKNOWN, DEPLOY_CHART_PULLS_ALWAYS
 */
export function assertReleaseImages(
  objects: readonly SourcedObject[],
  matching: ImageMatching,
  references: ReadonlySet<string>,
): void {
  for (const { object, source } of objects) {
    mapContainers(object, (container) => {
      const { image } = container;
      if (!references.has(image)) assertExternal(image, source, matching);
      else if (container['imagePullPolicy'] === 'Always' && image.startsWith('localhost/')) {
        throw new SlipwayError('DEPLOY_CHART_PULLS_ALWAYS', { source, image });
      }
      return container;
    });
  }
}
