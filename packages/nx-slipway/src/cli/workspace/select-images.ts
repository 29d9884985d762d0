import { SlipwayError } from '../../errors/slipway-error';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import { renderSuggestion } from '../find-nearest';

/**
 * The images that the arguments of a command name, by image or by project, in the workspace's order; without arguments all. Pure.
 * @throws {SlipwayError} CONFIG_IMAGE_UNKNOWN
 */
export function selectImages(names: readonly string[], images: readonly WorkspaceImage[]): readonly WorkspaceImage[] {
  if (names.length === 0) return images;
  for (const name of names) {
    if (images.some(({ image, project }) => image === name || project === name)) continue;
    const known = [...new Set(images.flatMap(({ image, project }) => [image, project]))];
    throw new SlipwayError('CONFIG_IMAGE_UNKNOWN', {
      image: name,
      suggestion: renderSuggestion(name, known),
      images: images.map(({ image }) => image).join(', ') || 'there is none',
    });
  }
  return images.filter(({ image, project }) => names.includes(image) || names.includes(project));
}
