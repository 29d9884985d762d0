import { apiGroupOf } from '../clusters/api-group';
import type { KubernetesObject } from '../clusters/cluster';

/** One step into an object: a field's name, or every item of a list. */
type PathStep = { readonly kind: 'field'; readonly name: string } | { readonly kind: 'items' };

/** `Kind` or `Kind.group` to the places of its objects where images stand, as the option `imagePaths` says. */
export type ImagePaths = Readonly<Record<string, readonly string[]>>;

/** A name, `["a name"]` or `[*]`, each after the first with its dot where it has one. */
const STEP = /(?:^|\.)([^.[\]"]+)|\[\*\]|\["([^"]+)"\]/y;

/** What a path may look like, for messages. */
export const IMAGE_PATH_FORM =
  'names with dots between them, [*] for all items of a list, ["a.b"] for a name with dots';

/** Whether a text is a path of `imagePaths`: `spec.image`, `spec.workers[*].image`, `metadata.annotations["acme.io/image"]`. Pure. */
export function isImagePath(text: string): boolean {
  return parseImagePath(text) !== undefined;
}

/** The images that stand at the configured paths of an object, each once. Pure. */
export function listImagesAtPaths(object: KubernetesObject, paths: ImagePaths): string[] {
  const images = new Set<string>();
  mapImagesAtPaths(object, paths, (image) => {
    images.add(image);
    return image;
  });
  return [...images];
}

/** A copy of an object with the images at its configured paths replaced; the object itself where it has none. Pure. */
export function mapImagesAtPaths(
  object: KubernetesObject,
  paths: ImagePaths,
  replace: (image: string) => string,
): KubernetesObject {
  const own = [object.kind, `${object.kind}.${apiGroupOf(object.apiVersion)}`].flatMap((key) =>
    Object.hasOwn(paths, key) ? (paths[key] ?? []) : [],
  );
  return own.reduce<unknown>(
    (mapped, path) => mapAt(mapped, parseImagePath(path) ?? [], replace),
    object,
  ) as KubernetesObject;
}

function parseImagePath(text: string): PathStep[] | undefined {
  const steps: PathStep[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (!match) return undefined;
    const name = match[1] ?? match[2];
    steps.push(name === undefined ? { kind: 'items' } : { kind: 'field', name });
  }
  return steps.length === 0 ? undefined : steps;
}

/** What is not there, or is no text, stays as it is: a field of a custom resource may be optional. */
function mapAt(value: unknown, [step, ...rest]: readonly PathStep[], replace: (image: string) => string): unknown {
  if (!step) return typeof value === 'string' ? replace(value) : value;
  if (step.kind === 'items') return Array.isArray(value) ? value.map((item) => mapAt(item, rest, replace)) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step.name)) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [step.name]: mapAt(fields[step.name], rest, replace) };
}
