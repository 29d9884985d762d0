import { helmSchema } from '../deploy-option-schemas';
import { parseImageValuePaths, renderImageValues } from './helm-option';

describe('where an image goes in the values of a chart', () => {
  it.each([
    ['image', { image: 'localhost/acme/web:i-01' }],
    ['image.repository:image.tag', { 'image.repository': 'localhost/acme/web', 'image.tag': 'i-01' }],
    [
      'image.registry/image.repository:image.tag',
      { 'image.registry': 'localhost', 'image.repository': 'acme/web', 'image.tag': 'i-01' },
    ],
  ])('%s', (paths, values) => {
    expect(renderImageValues(parseImageValuePaths(paths)!, 'localhost/acme/web:i-01')).toEqual(values);
  });

  it('keeps the port of a registry out of the tag', () => {
    const paths = parseImageValuePaths('a/b:c')!;
    expect(renderImageValues(paths, 'localhost:5000/web:i-01')).toEqual({ a: 'localhost:5000', b: 'web', c: 'i-01' });
  });

  it.each(['', 'a b', 'a/b', 'a:b:c', 'a=b', 'a/b/c:d'])('"%s" names no values', (text) => {
    expect(parseImageValuePaths(text)).toBeUndefined();
  });
});

describe('the option helm', () => {
  it('asks for the version of a chart that is fetched', () => {
    const release = { release: 'web', chart: 'oci://example.com/web' };
    expect(helmSchema.safeParse([release]).success).toBe(false);
    expect(helmSchema.safeParse([{ ...release, version: '1.0.0' }]).success).toBe(true);
  });
});
