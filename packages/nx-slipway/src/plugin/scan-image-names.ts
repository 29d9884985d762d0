import { parseManifest } from '../deploy/parse-manifests';
import { listPodImages } from '../deploy/pod-images';
import { isSlipwayError } from '../errors/slipway-error';

/** `image: web:dev`, alone on its line, as an item or not, quoted or not: what nearly every manifest has. */
const PLAIN_IMAGE_LINE =
  /^\s*(?:-\s+)*image:\s+(?:"([^"\\]+)"|'([^']+)'|([^\s#"'[\]{},&*!|>%@`][^\s#,[\]{}]*))\s*(?:\s#.*)?$/;

/** A line that may name an image in a way that only a YAML parser understands. `imagePullPolicy` and the like are not meant. */
const POSSIBLE_IMAGE = /\bimage\b|\\[ux]/;

/**
 * The image references that a manifest's pods name: all of them, and possibly more (a ConfigMap that holds such a line).
 * More costs an edge, less would deploy an image before it is built. Parsing YAML takes about 0.9 ms for a Deployment with its
 * Service, a second for a thousand, so it is left to manifests that are not written plainly. A manifest that does
 * not parse gives none; `deploy-only` reports it. Pure.
 */
export function scanImageNames(text: string, source: string): readonly string[] {
  const images = new Set<string>();
  for (const line of text.split('\n')) {
    if (!POSSIBLE_IMAGE.test(line) || /^\s*#/.test(line)) continue;
    const match = PLAIN_IMAGE_LINE.exec(line);
    if (!match) return parseImageNames(text, source);
    images.add(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return [...images];
}

function parseImageNames(text: string, source: string): readonly string[] {
  try {
    return [...new Set(parseManifest(text, source).flatMap(({ object }) => listPodImages(object)))];
  } catch (error) {
    if (isSlipwayError(error)) return [];
    throw error;
  }
}
