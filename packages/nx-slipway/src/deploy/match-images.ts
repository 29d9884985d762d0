import type { SourcedObject } from '../clusters/cluster';
import { workspaceImageNameOf } from '../artifact/image-name';
import { SlipwayError } from '../errors/slipway-error';
import { listPodImages, mapPodImages } from './pod-images';

/** What decides which images of a project's manifests are built here. */
export interface ImageMatching {
  readonly project: string;
  /** Names of the images that projects of this workspace build. */
  readonly builtImages: ReadonlySet<string>;
  /** References, or patterns with `*`, of images that come from elsewhere, also where a project builds one of that name. */
  readonly externalImages: readonly string[];
}

/**
 * Names, each once, of the images of this workspace that the objects' pods run. Pure.
 * @throws {SlipwayError} DEPLOY_IMAGE_UNKNOWN for one that no project builds and that is not declared external
 */
export function listRequiredImages(objects: readonly SourcedObject[], matching: ImageMatching): string[] {
  const required = new Set<string>();
  for (const { object, source } of objects) {
    for (const reference of listPodImages(object)) {
      const name = findBuiltImage(reference, matching);
      if (name !== undefined) required.add(name);
      else assertExternal(reference, source, matching);
    }
  }
  return [...required];
}

/** Replaces each image of this workspace by its image tag; external references stay as they are. Pure. */
export function substituteImages(
  objects: readonly SourcedObject[],
  matching: ImageMatching,
  tags: ReadonlyMap<string, string>,
): SourcedObject[] {
  const replace = (reference: string): string => tags.get(findBuiltImage(reference, matching) ?? '') ?? reference;
  return objects.map(({ object, source }) => ({ object: mapPodImages(object, replace), source }));
}

function findBuiltImage(reference: string, matching: ImageMatching): string | undefined {
  const name = isExternal(reference, matching) ? undefined : workspaceImageNameOf(reference);
  return name !== undefined && matching.builtImages.has(name) ? name : undefined;
}

function isExternal(reference: string, { externalImages }: ImageMatching): boolean {
  return externalImages.some((pattern) => matchesPattern(reference, pattern));
}

function assertExternal(reference: string, source: string, matching: ImageMatching): void {
  if (isExternal(reference, matching)) return;
  throw new SlipwayError('DEPLOY_IMAGE_UNKNOWN', {
    source,
    image: reference,
    known: [...matching.builtImages].sort().join(', ') || 'there is none',
    project: matching.project,
  });
}

function matchesPattern(reference: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(reference);
}
