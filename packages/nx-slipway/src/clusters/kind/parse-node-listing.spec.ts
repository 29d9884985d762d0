import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNodeListing, podNodesOf } from './parse-node-listing';

describe('parseNodeListing', () => {
  it('reads what podman 4.3.1 prints', () => {
    const listing = readFileSync(join(__dirname, 'fixtures', 'podman-4.3.1-ps.json'), 'utf8');
    expect(parseNodeListing(listing, 'slipdev')).toEqual([
      {
        name: 'slipdev-control-plane',
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: 'running',
        pid: 24_049,
        role: 'control-plane',
      },
    ]);
  });

  it('reads what docker 20.10.24 prints', () => {
    const listing = readFileSync(join(__dirname, 'fixtures', 'docker-20.10.24-ps.jsonl'), 'utf8');
    expect(parseNodeListing(listing, 'shop-1a2b3c')).toEqual([
      {
        name: 'shop-1a2b3c-control-plane',
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: 'running',
        role: 'control-plane',
      },
    ]);
  });

  it('reads lines, puts control planes first, and knows the load balancer', () => {
    const names = ['a-worker2', 'a-worker', 'a-external-load-balancer', 'a-control-plane2', 'a-control-plane'];
    const listing = names.map((Names) => JSON.stringify({ ID: `id of ${Names}`, Names, State: 'exited' })).join('\n');
    const nodes = parseNodeListing(`${listing}\n`, 'a');
    expect(nodes.map(({ name, role }) => [name, role])).toEqual([
      ['a-control-plane', 'control-plane'],
      ['a-control-plane2', 'control-plane'],
      ['a-worker', 'worker'],
      ['a-worker2', 'worker'],
      ['a-external-load-balancer', 'load-balancer'],
    ]);
    expect(nodes[0]).toMatchObject({ id: 'id of a-control-plane', state: 'exited' });
    expect(podNodesOf(nodes)).toEqual(nodes.slice(0, 4));
  });

  it.each(['', '[]\n'])('finds nothing in %j', (text) => {
    expect(parseNodeListing(text, 'a')).toEqual([]);
  });
});
