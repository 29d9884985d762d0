import { imageNameOfVariant } from './image-name-of-variant';

it.each<[string, string | undefined, string]>([
  ['web', undefined, 'web'],
  ['web', 'worker', 'web-worker'],
  ['web', 'web', 'web'],
  ['web', 'web-worker', 'web-worker'],
  ['web', 'webhook', 'web-webhook'],
  ['@acme/web', 'web-worker', 'acme/web-worker'],
  ['@acme/web', 'worker', 'acme/web-worker'],
])('the image of %s with the variant %s is %s', (project, variant, expected) => {
  expect(imageNameOfVariant(project, variant)).toBe(expected);
});
