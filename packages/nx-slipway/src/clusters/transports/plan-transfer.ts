import { hasImage, type NodeContent } from './node-content';
import type { ClusterNode } from './transport';
import type { TransferImage } from './transfer-image';

/** What one node is to get. */
export interface NodeTransfer {
  readonly node: ClusterNode;
  /** Those that it does not have. */
  readonly images: readonly TransferImage[];
  /** Diff IDs of their layers that it does not have either. */
  readonly diffIds: ReadonlySet<string>;
}

/** A node and what it has. */
export interface ObservedNode {
  readonly node: ClusterNode;
  readonly content: NodeContent;
}

/** What each node lacks; a node that has all images is not in the plan. Pure. */
export function planTransfer(images: readonly TransferImage[], nodes: readonly ObservedNode[]): NodeTransfer[] {
  return nodes.flatMap(({ node, content }) => {
    const missing = images.filter((image) => !hasImage(content, image));
    if (missing.length === 0) return [];
    const diffIds = listDiffIds(missing).filter((diffId) => !content.digests.has(diffId));
    return [{ node, images: missing, diffIds: new Set(diffIds) }];
  });
}

/** The same for a node that what it said of itself did not help: everything. Pure. */
export function planWholeTransfer(node: ClusterNode, images: readonly TransferImage[]): NodeTransfer {
  return { node, images, diffIds: new Set(listDiffIds(images)) };
}

/** All that has to be read out of the engine for a plan, each image and each layer once. Pure. */
export function collectTransfers(transfers: readonly NodeTransfer[]): Omit<NodeTransfer, 'node'> {
  const images = new Map(transfers.flatMap((transfer) => transfer.images).map((image) => [image.reference, image]));
  return { images: [...images.values()], diffIds: new Set(transfers.flatMap(({ diffIds }) => [...diffIds])) };
}

function listDiffIds(images: readonly TransferImage[]): string[] {
  return images.flatMap(({ record }) => record.layers.map(({ diffId }) => diffId));
}
