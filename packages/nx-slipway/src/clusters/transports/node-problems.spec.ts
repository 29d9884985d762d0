import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import type { NodeReply } from './ask-node';
import { listNotTaken, nodeLoadFailed, reasonOfReply } from './node-problems';
import { parseNodeAnswer } from './parse-node-answer';
import { digestOf, transferImage } from './testing/transfer-images';

const read = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');
const web = transferImage('web', digestOf('a'), ['1']);

function reply(stdout: string, stderr: string, status: RunResult['status'] = 'ok'): NodeReply {
  const result = {
    command: 'x',
    args: [],
    status,
    exitCode: undefined,
    signal: undefined,
    output: stderr,
    durationMs: 1,
  };
  return { answer: parseNodeAnswer(stdout), result: { ...result, stdout, stderr } };
}

describe('what a node did not take', () => {
  it('is everything when its stream was cut off, for the reason that ctr gives', () => {
    const cutOff = reply(read('containerd-1.6-cut-off.txt'), read('containerd-1.6-cut-off.stderr.txt'));
    expect(listNotTaken(cutOff, [web])).toEqual([web]);
    expect(reasonOfReply(cutOff, [web])).toMatch(/^failed to ingest "blobs\/sha256\/a+": .*unexpected EOF$/);
    expect(nodeLoadFailed('worker', cutOff, [web]).code).toBe('CLUSTER_NODE_LOAD_FAILED');
  });

  it('is everything when the node is gone', () => {
    const gone = reply('', 'Error: no container with name or ID "worker" found: no such container', 'killed');
    expect(listNotTaken(gone, [web])).toEqual([web]);
    expect(reasonOfReply(gone, [web])).toBe('the command in the node ended early (killed)');
  });

  it('has a code of its own when the disk is full', () => {
    const full = reply(read('containerd-2.2-absent.txt'), read('containerd-2.2-disk-full.stderr.txt'));
    expect(nodeLoadFailed('worker', full, [web])).toMatchObject({ code: 'CLUSTER_NODE_DISK_FULL' });
  });

  it.each([
    [undefined, 'the import succeeded, but the image is not there'],
    [{ imageIds: [digestOf('a')], isUnpacked: false }, 'the import succeeded, but the image is not unpacked'],
    [{ imageIds: [digestOf('b')], isUnpacked: true }, `the name leads to ${digestOf('b')}`],
    [{ imageIds: [], isUnpacked: true }, 'the name leads to nothing that can be read'],
  ])('is told by what is there instead: %j', (image, reason) => {
    const images = new Map(image ? [[web.reference, image]] : []);
    const { result } = reply('', '');
    const answer = { content: { images, digests: new Set<string>() }, importCode: 0 };
    expect(reasonOfReply({ answer, result }, [web])).toBe(reason);
  });
});
