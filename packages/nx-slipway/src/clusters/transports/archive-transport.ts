import type { Readable, Writable } from 'node:stream';
import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import type { LoadReport } from '../cluster';
import { forgetOnNode, giveNode } from './ask-node';
import { assertInSource } from './assert-in-source';
import { createFanOut } from './fan-out';
import { listNotTaken, nodeLoadFailed } from './node-problems';
import { settleAll } from './settle-all';
import type { ClusterNode, Transport } from './transport';
import type { TransferImage } from './transfer-image';
import type { TransportTools } from './transport-tools';

/** What the transport by archives works with. */
export interface ArchiveOptions extends TransportTools {
  readonly nodes: () => Promise<readonly ClusterNode[]>;
}

/**
 * Brings images to nodes as the engine saves them: everything, always, without a look at what is there; in one stream, without a file,
 * to all nodes side by side. Needs nothing but the engine.
 */
export function createArchiveTransport(options: ArchiveOptions): Transport {
  return {
    kind: 'archive',
    referenceOf: ({ name, imageId }) => imageTagOf(name, imageId),
    loadImages: (records) => loadImages(records, options),
  };
}

async function loadImages(records: readonly ImageRecord[], options: ArchiveOptions): Promise<LoadReport[]> {
  if (records.length === 0) return [];
  const images = records.map((record) => ({ record, reference: imageTagOf(record.name, record.imageId) }));
  const [nodes] = await Promise.all([options.nodes(), assertInSource(records, options.source)]);
  const archive = createFanOut();
  const giving = settleAll(nodes.map((node) => give(node, images, archive.addOutput(), options)));
  const [saved, given] = await Promise.allSettled([save(images, archive.input, options), giving]);
  // A save that fails cuts the archive off, so the nodes' complaint comes second.
  if (saved.status === 'rejected') throw saved.reason;
  if (given.status === 'rejected') throw given.reason;
  // One stream is not the sum of its images: they share layers. So its bytes are told with the first of them.
  return records.map((record, index) => ({
    image: record.name,
    status: 'loaded',
    sentBytes: index === 0 ? archive.writtenBytes() * nodes.length : 0,
  }));
}

async function save(images: readonly TransferImage[], archive: Writable, { source }: ArchiveOptions): Promise<void> {
  try {
    await source.saveImages([...new Set(images.map(({ reference }) => reference))], archive);
  } catch (error) {
    archive.destroy();
    throw error;
  }
}

async function give(
  node: ClusterNode,
  images: readonly TransferImage[],
  archive: Readable,
  { tools }: ArchiveOptions,
): Promise<void> {
  const reply = await giveNode(node, images, archive, tools.signal);
  const notTaken = listNotTaken(reply, images);
  if (notTaken.length === 0) return;
  await forgetOnNode(node, notTaken);
  throw nodeLoadFailed(node.name, reply, notTaken);
}
