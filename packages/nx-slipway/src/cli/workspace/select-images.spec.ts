import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import { selectImages } from './select-images';

const images: readonly WorkspaceImage[] = [
  { image: 'shop/api', project: 'api', target: 'image-build', projectRoot: 'api', options: {} },
  { image: 'web', project: 'frontend', target: 'image-build', projectRoot: 'web', options: {} },
];

function namesOf(...names: readonly string[]): readonly string[] {
  return selectImages(names, images).map(({ image }) => image);
}

describe('selectImages', () => {
  test('takes names of images and of projects, and all where none is named', () => {
    expect(namesOf()).toEqual(['shop/api', 'web']);
    expect(namesOf('api')).toEqual(['shop/api']);
    expect(namesOf('web', 'shop/api')).toEqual(['shop/api', 'web']);
  });

  test('names the nearest for a name that is mistyped', () => {
    expect(() => namesOf('fronted')).toThrow('Did you mean "frontend"?');
    expect(() => namesOf('something-else')).toThrow(/builds an image "something-else"\.$/);
  });
});
