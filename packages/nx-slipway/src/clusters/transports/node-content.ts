import type { TransferImage } from './transfer-image';

/** An image name as a node's containerd has it. */
export interface NodeImage {
  /** Image IDs (config digests) behind the name: one, or one for each platform that the node has of a manifest list. */
  readonly imageIds: readonly string[];
  /** Whether a container can start from it: its layers are unpacked, each on top of the other. */
  readonly isUnpacked: boolean;
}

/** What a node's containerd has, in the namespace of Kubernetes. */
export interface NodeContent {
  /** By reference; names that were not asked for are not in it. */
  readonly images: ReadonlyMap<string, NodeImage>;
  /** Digests of all blobs; none where all images are there. Layers that were unpacked and then discarded are not among them (`discard_unpacked_layers`). */
  readonly digests: ReadonlySet<string>;
}

/**
 * Whether a node can start pods from an image: the name leads to that image ID, and it is unpacked. That its layers' archives are still
 * there is not asked: of an image that the node pulled itself they are not. Pure.
 */
export function hasImage({ images }: NodeContent, { record, reference }: TransferImage): boolean {
  const image = images.get(reference);
  return image !== undefined && image.isUnpacked && image.imageIds.includes(record.imageId);
}
