import type { Readable } from 'node:stream';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { NodeContent } from './node-content';
import { buildNodeCommand } from './node-scripts';
import { parseNodeAnswer, type NodeAnswer } from './parse-node-answer';
import type { ClusterNode } from './transport';
import type { TransferImage } from './transfer-image';
import { renderExit } from '../../exec/render-exit';

/** What became of an archive that a node was given. */
export interface NodeReply {
  /** Not given where the node gave no whole answer. */
  readonly answer: NodeAnswer | undefined;
  readonly result: RunResult;
}

/** Asks a node what it has, in one command for all images. @throws {SlipwayError} CLUSTER_NODE_UNREACHABLE; the signal's reason */
export async function lookAtNode(
  node: ClusterNode,
  images: readonly TransferImage[],
  signal: AbortSignal,
): Promise<NodeContent> {
  const result = await node.exec(buildNodeCommand('look', images));
  signal.throwIfAborted();
  const answer = result.status === 'ok' ? parseNodeAnswer(result.stdout) : undefined;
  if (answer) return answer.content;
  const facts = {
    node: node.name,
    status: renderExit(result),
  };
  throw new SlipwayError('CLUSTER_NODE_UNREACHABLE', facts, { toolOutput: result.stderr });
}

/** Gives a node an archive. Afterwards its containerd has no name of these images that lacks layers because of it. @throws the signal's reason */
export async function giveNode(
  node: ClusterNode,
  images: readonly TransferImage[],
  archive: Readable,
  signal: AbortSignal,
): Promise<NodeReply> {
  const result = await node.exec(buildNodeCommand('receive', images), { inputFrom: archive });
  signal.throwIfAborted();
  return { answer: parseNodeAnswer(result.stdout), result };
}

/** Removes the names of images from a node that cannot be started, and those that its kubelet gave them. A name that is not there is no failure. */
export async function forgetOnNode(node: ClusterNode, images: readonly TransferImage[]): Promise<void> {
  await node.exec(buildNodeCommand('forget', images));
}
