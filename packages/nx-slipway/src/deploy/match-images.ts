import type { SourcedObject } from '../clusters/cluster';
import { imageNameOfReference } from '../artifact/image-name';
import { SlipwayError } from '../errors/slipway-error';
import { listPodImages, mapPodImages } from './pod-images';

/** What decides which images of a project's manifests are built here. */
export interface ImageMatching {
  readonly project: string;
  /** Names of the images that projects of this workspace build. */
  readonly builtImages: ReadonlySet<string>;
  /** References, or patterns with `*`, of images that no project builds. */
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
      const name = imageNameOfReference(reference);
      if (matching.builtImages.has(name)) required.add(name);
      else assertExternal(reference, source, matching);
    }
  }
  return [...required];
}

/** Replaces each image of this workspace by its image tag; external references stay as they are. Pure. */
export function substituteImages(
  objects: readonly SourcedObject[],
  tags: ReadonlyMap<string, string>,
): SourcedObject[] {
  return objects.map(({ object, source }) => ({
    object: mapPodImages(object, (reference) => tags.get(imageNameOfReference(reference)) ?? reference),
    source,
  }));
}

function assertExternal(reference: string, source: string, matching: ImageMatching): void {
  if (matching.externalImages.some((pattern) => matchesPattern(reference, pattern))) return;
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
