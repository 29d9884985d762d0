import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import { withExportedImages } from '../../engines/export-images';
import type { ExportedImages } from '../../engines/exported-images';
import { renderProblem } from '../../errors/render-problem';
import { describeProblem } from '../../errors/slipway-error';
import { tryLock, withLock } from '../../scheduling/machine-lock';
import type { LoadReport } from '../cluster';
import { assertInSource } from './assert-in-source';
import { forgetOnNode, giveNode, lookAtNode, type NodeReply } from './ask-node';
import { buildImageLayout } from './image-layout';
import { isDiskFull, listNotTaken, nodeLoadFailed, reasonOfReply } from './node-problems';
import { collectTransfers, planTransfer, planWholeTransfer, type NodeTransfer } from './plan-transfer';
import { settleAll } from './settle-all';
import { sizeOfArchive, streamArchive } from './stream-archive';
import type { ClusterNode, Transport } from './transport';
import type { TransferImage } from './transfer-image';
import type { TransportTools } from './transport-tools';

/** What the transport by layers works with. */
export interface LayersOptions extends TransportTools {
  readonly nodes: () => Promise<readonly ClusterNode[]>;
  /** What an image is called on the nodes. */
  readonly referenceOf: (image: ImageRecord) => string;
}

/** What was sent to a node. */
interface SentTransfer {
  readonly transfer: NodeTransfer;
  readonly reply: NodeReply;
  readonly sentBytes: number;
}

/**
 * Brings images to nodes by the layers that each of them lacks: one command per node looks, a second one takes an archive and tells what
 * the node has then. All nodes are served side by side, and the engine is read once for all of them.
 * A node that does not take what should have been enough gets everything, once.
 */
export function createLayersTransport(options: LayersOptions): Transport {
  return {
    kind: 'layers',
    referenceOf: options.referenceOf,
    loadImages: (records) => loadImages(records, options),
  };
}

async function loadImages(records: readonly ImageRecord[], options: LayersOptions): Promise<LoadReport[]> {
  const images = records.map((record) => ({ record, reference: options.referenceOf(record) }));
  if (images.length === 0) return [];
  const nodes = await options.nodes();
  const missing = await look(images, nodes, options);
  const sentBytes = missing.length > 0 ? await sendInTurn(images, nodes, missing, options) : 0;
  // One stream is not the sum of its images: they share layers. So its bytes are told with the first of them.
  const loaded = new Set(collectTransfers(missing).images.map(({ record }) => record));
  const [first] = records.filter((record) => loaded.has(record));
  return records.map((record) => ({
    image: record.name,
    status: loaded.has(record) ? 'loaded' : 'present',
    sentBytes: record === first ? sentBytes : 0,
  }));
}

async function look(
  images: readonly TransferImage[],
  nodes: readonly ClusterNode[],
  { tools }: LayersOptions,
): Promise<NodeTransfer[]> {
  const contents = await settleAll(nodes.map((node) => lookAtNode(node, images, tools.signal)));
  return planTransfer(
    images,
    nodes.flatMap((node, index) => {
      const content = contents[index];
      return content ? [{ node, content }] : [];
    }),
  );
}

/** Deploys that run side by side share base images: the second of them waits, and then sends only what the first did not. */
async function sendInTurn(
  images: readonly TransferImage[],
  nodes: readonly ClusterNode[],
  missing: readonly NodeTransfer[],
  options: LayersOptions,
): Promise<number> {
  const space = { machineStore: options.machineStore, signal: options.tools.signal };
  const name = `load-images:${nodes.map((node) => node.name).join(',')}`;
  const held = await tryLock(name, space);
  if (!held) return withLock(name, space, async () => send(await look(images, nodes, options), options));
  try {
    return await send(missing, options);
  } finally {
    await held.release();
  }
}

/** @returns how many bytes went to all nodes together */
async function send(transfers: readonly NodeTransfer[], options: LayersOptions): Promise<number> {
  const sent = await sendOnce(transfers, options);
  const failed = sent.flatMap((one) => {
    const notTaken = listNotTaken(one.reply, one.transfer.images);
    return notTaken.length > 0 ? [{ ...one, notTaken }] : [];
  });
  const hopeless = failed.find(({ reply }) => isDiskFull(reply));
  if (hopeless) throw nodeLoadFailed(hopeless.transfer.node.name, hopeless.reply, hopeless.notTaken);
  const bytes = sent.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return failed.length === 0 ? bytes : bytes + (await sendEverything(failed, options));
}

async function sendEverything(
  failed: readonly (SentTransfer & { readonly notTaken: readonly TransferImage[] })[],
  options: LayersOptions,
): Promise<number> {
  for (const { transfer, reply, notTaken } of failed) {
    const reason = reasonOfReply(reply, notTaken);
    const facts = { node: transfer.node.name, reason };
    const { stderr } = reply.result;
    options.tools.log.line(
      renderProblem(describeProblem('CLUSTER_TRANSPORT_FELL_BACK', facts, { toolOutput: stderr })),
    );
  }
  // The import may have succeeded and left names whose layers are missing.
  await settleAll(failed.map(({ transfer, notTaken }) => forgetOnNode(transfer.node, notTaken)));
  const whole = failed.map(({ transfer, notTaken }) => planWholeTransfer(transfer.node, notTaken));
  const sent = await sendOnce(whole, options);
  for (const { transfer, reply } of sent) {
    const notTaken = listNotTaken(reply, transfer.images);
    if (notTaken.length === 0) continue;
    await forgetOnNode(transfer.node, notTaken);
    throw nodeLoadFailed(transfer.node.name, reply, notTaken);
  }
  return sent.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
}

async function sendOnce(transfers: readonly NodeTransfer[], options: LayersOptions): Promise<SentTransfer[]> {
  if (transfers.length === 0) return [];
  const { images, diffIds } = collectTransfers(transfers);
  const records = images.map(({ record }) => record);
  await assertInSource(records, options.source);
  const wanted = records.map(({ name, imageId, layers }) => ({ tag: imageTagOf(name, imageId), imageId, layers }));
  return withExportedImages(wanted, diffIds, options, (exported) => {
    for (const problem of exported.problems) options.tools.log.line(renderProblem(problem));
    return settleAll(transfers.map((transfer) => sendToNode(transfer, exported, options)));
  });
}

async function sendToNode(
  transfer: NodeTransfer,
  { configs, layers }: ExportedImages,
  { tools }: LayersOptions,
): Promise<SentTransfer> {
  const { node, images, diffIds } = transfer;
  const missing = new Map([...layers].filter(([diffId]) => diffIds.has(diffId)));
  const members = buildImageLayout({ images, configs, layers: missing });
  const reply = await giveNode(node, images, streamArchive(members), tools.signal);
  return { transfer, reply, sentBytes: sizeOfArchive(members) };
}
