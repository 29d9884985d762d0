import { parseManifest } from '../deploy/parse-manifests';
import { listPodImages } from '../deploy/pod-images';
import { scanImageNames } from './scan-image-names';
import { deploymentOf } from './testing/workspace-in-memory';

const PLAIN = deploymentOf('web', 'localhost/api:dev', 'registry.example.com:5000/acme/db@sha256:0123');

/** Ways to write the image `web` of a pod's container. */
const WRITINGS: Readonly<Record<string, string>> = {
  plain: '      - name: a\n        image: web',
  'as the first key of the item': '      - image: web\n        name: a',
  'double quoted': '      - image: "web"',
  'single quoted': "      - image: 'web'",
  'with a comment behind': '      - image: web # the front',
  'with a line end of Windows': '      - image: web\r',
  'in flow style': '      - { name: a, image: web }',
  'as JSON': '      - {"name": "a", "image": "web"}',
  'on the next line': '      - image:\n          web',
  folded: '      - image: >-\n          web',
  'by an anchor': '      - image: &image web\n      - image: *image',
  'with a tag of YAML': '      - image: !!str web',
  'with an escaped key': '      - "im\\u0061ge": web',
  'with a complex key': '      - ? image\n        : web',
};

describe('scanImageNames', () => {
  it('gives the images of a plain manifest as the parser does', () => {
    const parsed = parseManifest(PLAIN, 'a.yaml').flatMap(({ object }) => listPodImages(object));
    expect(scanImageNames(PLAIN, 'a.yaml')).toEqual(parsed);
    expect(parsed).toHaveLength(3);
  });

  it.each(Object.entries(WRITINGS))('finds an image that is written %s', (_, container) => {
    const manifest = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n    containers:\n${container}\n`;
    expect(parseManifest(manifest, 'a.yaml').flatMap(({ object }) => listPodImages(object))).toEqual(['web']);
    expect(scanImageNames(manifest, 'a.yaml')).toEqual(['web']);
  });

  it('does not mistake other words for images', () => {
    expect(scanImageNames(`${PLAIN}        imagePullPolicy: Always\n# image: other\n`, 'a.yaml')).toHaveLength(3);
  });

  it('gives none for a manifest that does not parse', () => {
    expect(scanImageNames('a: {image: web\n', 'a.yaml')).toEqual([]);
  });
});
