import type { KubernetesObject, SourcedObject } from '../clusters/cluster';
import { workspaceImageNameOf } from '../artifact/image-name';
import { SlipwayError } from '../errors/slipway-error';
import { listImagesAtPaths, mapImagesAtPaths, type ImagePaths } from './image-paths';
import { listPodImages, mapContainers } from './pod-images';

/** What decides which images of a project's manifests are built here. */
export interface ImageMatching {
  readonly project: string;
  /** Names of the images that projects of this workspace build. */
  readonly builtImages: ReadonlySet<string>;
  /** References, or patterns with `*`, of images that come from elsewhere, also where a project builds one of that name. */
  readonly externalImages: readonly string[];
  /** Where images stand besides pods' containers. Not given: nowhere. */
  readonly imagePaths?: ImagePaths;
}

/** Objects with the images that are to be deployed. */
export interface SubstitutedObjects {
  readonly objects: readonly SourcedObject[];
  /** The containers whose `imagePullPolicy` was `Always`: the node would ask a registry for what was put there. */
  readonly changedPolicies: readonly { readonly source: string; readonly image: string }[];
}

/**
 * Names, each once, of the images of this workspace that the objects' pods run, and that stand at the configured paths. Pure.
 * @throws {SlipwayError} DEPLOY_IMAGE_UNKNOWN for one that no project builds and that is not declared external
 */
export function listRequiredImages(objects: readonly SourcedObject[], matching: ImageMatching): string[] {
  const required = new Set<string>();
  for (const { object, source } of objects) {
    for (const reference of listImages(object, matching)) {
      const name = findBuiltImage(reference, matching);
      if (name !== undefined) required.add(name);
      else assertExternal(reference, source, matching);
    }
  }
  return [...required];
}

/**
 * Replaces each image of this workspace by its image tag, and its `imagePullPolicy` where that is `Always`; external references
 * stay as they are. Pure.
 */
export function substituteImages(
  objects: readonly SourcedObject[],
  matching: ImageMatching,
  tags: ReadonlyMap<string, string>,
): SubstitutedObjects {
  const changedPolicies: { source: string; image: string }[] = [];
  const tagOf = (reference: string): string | undefined => tags.get(findBuiltImage(reference, matching) ?? '');
  const substituted = objects.map(({ object, source }) => {
    const withPods = mapContainers(object, (container) => {
      const tag = tagOf(container.image);
      if (tag === undefined) return container;
      if (container['imagePullPolicy'] !== 'Always') return { ...container, image: tag };
      changedPolicies.push({ source, image: container.image });
      return { ...container, image: tag, imagePullPolicy: 'IfNotPresent' };
    });
    const replace = (reference: string): string => tagOf(reference) ?? reference;
    return { object: mapImagesAtPaths(withPods, matching.imagePaths ?? {}, replace), source };
  });
  return { objects: substituted, changedPolicies };
}

function listImages(object: KubernetesObject, { imagePaths = {} }: ImageMatching): string[] {
  return [...new Set([...listPodImages(object), ...listImagesAtPaths(object, imagePaths)])];
}

function findBuiltImage(reference: string, matching: ImageMatching): string | undefined {
  const name = isExternal(reference, matching) ? undefined : workspaceImageNameOf(reference);
  return name !== undefined && matching.builtImages.has(name) ? name : undefined;
}

function isExternal(reference: string, { externalImages }: ImageMatching): boolean {
  return externalImages.some((pattern) => matchesPattern(reference, pattern));
}

/** @throws {SlipwayError} DEPLOY_IMAGE_UNKNOWN for a reference that is not declared external. Pure. */
export function assertExternal(reference: string, source: string, matching: ImageMatching): void {
  if (isExternal(reference, matching)) return;
  throw imageUnknown(reference, source, matching);
}

function imageUnknown(image: string, source: string, { builtImages, project }: ImageMatching): SlipwayError {
  const known = [...builtImages].sort().join(', ') || 'there is none';
  return new SlipwayError('DEPLOY_IMAGE_UNKNOWN', { source, image, known, project });
}

/** The images that a helm release is given, which projects of this workspace must build. Pure. @throws {SlipwayError} DEPLOY_IMAGE_UNKNOWN */
export function assertBuilt(images: readonly string[], release: string, matching: ImageMatching): readonly string[] {
  const unknown = images.find((image) => !matching.builtImages.has(image));
  if (unknown === undefined) return images;
  throw imageUnknown(unknown, `the helm release ${release}`, matching);
}

function matchesPattern(reference: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(reference);
}
