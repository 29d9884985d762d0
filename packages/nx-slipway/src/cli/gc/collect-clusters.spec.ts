import type { FoundCluster } from '../../clusters/podman/list-clusters';
import { findReason } from './collect-clusters';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;
const facts = { unusedSinceMs: NOW - 7 * DAY_MS, nowMs: NOW, gone: new Map([['shop-0a1b2c', '/w/shop']]) };
const cluster: FoundCluster = { name: 'web', machineStore: '/store', isRunning: false, usedAtMs: NOW };

it.each<[string, Partial<FoundCluster>, string | undefined]>([
  ['in which a process runs, whatever else', { name: 'shop-0a1b2c', isRunning: true, usedAtMs: 0 }, undefined],
  ['that was used lately', {}, undefined],
  ['that was not used for long', { usedAtMs: NOW - 9 * DAY_MS }, 'no process of it runs; last deployed to 9 days ago'],
  [
    'whose workspace is gone, however lately it was used',
    { name: 'shop-0a1b2c' },
    'no process of it runs, and its workspace /w/shop is gone',
  ],
  [
    'whose machine store is gone',
    { usedAtMs: undefined },
    'no process of it runs, and its machine store /store is gone',
  ],
])('decides about a cluster %s', (_, difference, reason) => {
  expect(findReason({ ...cluster, ...difference }, facts)).toBe(reason);
});
