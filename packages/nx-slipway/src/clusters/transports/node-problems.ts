import { SlipwayError } from '../../errors/slipway-error';
import type { NodeReply } from './ask-node';
import { hasImage } from './node-content';
import type { TransferImage } from './transfer-image';
import { renderExit } from '../../exec/render-exit';

/** What containerd and the kernel say where a disk is full. */
const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** Which of the images that a node was given it does not have. Pure. */
export function listNotTaken({ answer }: NodeReply, images: readonly TransferImage[]): TransferImage[] {
  return images.filter((image) => answer === undefined || !hasImage(answer.content, image));
}

/** Whether a node has no room: then sending more does not help. Pure. */
export function isDiskFull({ result }: NodeReply): boolean {
  return DISK_FULL.test(result.stderr);
}

/** Why a node did not take images, from what `ctr` said, or from what it has instead. Pure. */
export function reasonOfReply({ answer, result }: NodeReply, notTaken: readonly TransferImage[]): string {
  const said = /^ctr: (.*)$/m.exec(result.stderr)?.[1];
  if (said !== undefined) return said;
  if (answer === undefined) {
    const status = renderExit(result);
    return `the command in the node ended early (${status})`;
  }
  const [first] = notTaken;
  const found = first && answer.content.images.get(first.reference);
  if (!found) return 'the import succeeded, but the image is not there';
  if (!found.isUnpacked) return 'the import succeeded, but the image is not unpacked';
  return `the name leads to ${found.imageIds.join(', ') || 'nothing that can be read'}`;
}

/** The error of a node that did not take images. Pure. */
export function nodeLoadFailed(node: string, reply: NodeReply, notTaken: readonly TransferImage[]): SlipwayError {
  const images = notTaken.map(({ reference }) => reference).join(', ');
  const details = { toolOutput: reply.result.stderr };
  if (isDiskFull(reply)) return new SlipwayError('CLUSTER_NODE_DISK_FULL', { node, images }, details);
  const reason = reasonOfReply(reply, notTaken);
  return new SlipwayError('CLUSTER_NODE_LOAD_FAILED', { node, images, reason }, details);
}
