import type { NodeContent } from './node-content';
import { collectTransfers, planTransfer, planWholeTransfer } from './plan-transfer';
import { digestOf, transferImage } from './testing/transfer-images';
import type { ClusterNode } from './transport';

const web = transferImage('web', digestOf('a'), ['1', '2', '3']);
const api = transferImage('api', digestOf('b'), ['1', '2', '4']);

function observed(name: string, content: Partial<NodeContent>): { node: ClusterNode; content: NodeContent } {
  const node: ClusterNode = { name, exec: () => Promise.reject(new Error('a plan runs nothing')) };
  return { node, content: { images: new Map(), digests: new Set(), ...content } };
}

const has = (image: typeof web): NodeContent['images'] =>
  new Map([[image.reference, { imageIds: [image.record.imageId], isUnpacked: true }]]);

describe('planTransfer', () => {
  it('leaves a node out that has all images', () => {
    expect(planTransfer([web], [observed('one', { images: has(web) })])).toEqual([]);
  });

  it('gives each node the layers that it lacks, and only for the images that it lacks', () => {
    const plan = planTransfer(
      [web, api],
      [observed('empty', {}), observed('base', { images: has(web), digests: new Set(['1', '2'].map(digestOf)) })],
    );
    expect(plan.map(({ node, images, diffIds }) => [node.name, images, [...diffIds]])).toEqual([
      ['empty', [web, api], ['1', '2', '3', '4'].map(digestOf)],
      ['base', [api], [digestOf('4')]],
    ]);
  });

  it('does not count on the layers of an image that the node pulled itself, which may be gone', () => {
    const [plan] = planTransfer([api], [observed('pulled', { images: has(web) })]);
    expect(plan?.diffIds.size).toBe(3);
  });

  it('sends an image whose name leads somewhere else, and one that is not unpacked', () => {
    const other = new Map([[web.reference, { imageIds: [digestOf('f')], isUnpacked: true }]]);
    const packed = new Map([[web.reference, { imageIds: [digestOf('a')], isUnpacked: false }]]);
    expect(
      planTransfer([web], [observed('other', { images: other }), observed('packed', { images: packed })]),
    ).toHaveLength(2);
  });
});

describe('collectTransfers', () => {
  it('has each image and each layer of several nodes once', () => {
    const { node } = observed('one', {});
    const { images, diffIds } = collectTransfers([planWholeTransfer(node, [web]), planWholeTransfer(node, [web, api])]);
    expect(images).toEqual([web, api]);
    expect([...diffIds]).toEqual(['1', '2', '3', '4'].map(digestOf));
  });
});
