import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assessNodes, checkHealth } from './check-health';

const NODES = readFileSync(join(__dirname, 'fixtures', 'nodes-v1.34.4.json'), 'utf8');

describe('assessNodes', () => {
  it('is ready when every node says so', () => {
    expect(assessNodes(JSON.parse(NODES), ['slipdev-control-plane'])).toEqual({ status: 'ready' });
  });

  it('names the node that is missing, and the one that is not ready with the reason', () => {
    expect(assessNodes(JSON.parse(NODES), ['slipdev-worker'])).toMatchObject({
      reason: expect.stringContaining('slipdev-worker'),
    });
    const away = NODES.replace(
      /("type": "Ready",\s+"status": )"True"([\s\S]*?)"kubelet is posting ready status"/,
      '$1"Unknown"$2"Kubelet stopped posting node status."',
    );
    expect(away).not.toBe(NODES);
    expect(assessNodes(JSON.parse(away), ['slipdev-control-plane'])).toEqual({
      status: 'not-ready',
      reason: 'the node slipdev-control-plane is not ready (Kubelet stopped posting node status.)',
    });
  });
});

describe('checkHealth', () => {
  it('says that the API does not answer, in one line', async () => {
    const api = {
      get: () => Promise.resolve({ status: 'unreachable' as const, message: 'first\nconnection refused\n' }),
    };
    expect(await checkHealth(api, [])).toEqual({
      status: 'not-ready',
      reason: 'its API does not answer (connection refused)',
    });
  });
});
