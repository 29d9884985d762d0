import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNetwork } from './cluster-network';
import { parseContainerList } from './container-list';

const recorded = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');

describe('parseContainerList', () => {
  const [pod, ...others] = parseContainerList(recorded('podman-4.3.1-ps.json'));

  it('groups what podman 4.3.1 lists by pod, with what the labels say', () => {
    expect(others).toEqual([]);
    expect(pod).toMatchObject({ namespace: 'default', name: 'web-0', owner: 'web', hash: 'abc', address: '10.88.0.9' });
  });

  it('tells the infra container from the others, and running ones from those that ended', () => {
    expect(pod?.infra).toMatchObject({ container: null, state: 'running' });
    expect(pod?.containers.map(({ container, state, exitCode }) => [container, state, exitCode])).toEqual([
      ['app', 'running', 0],
      ['migrate', 'exited', 3],
    ]);
    expect(pod?.containers[0]?.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(pod?.containers[0]?.pid).toBeGreaterThan(0);
  });

  it('takes no output for no containers', () => {
    expect(parseContainerList('')).toEqual([]);
    expect(parseContainerList('[]\n')).toEqual([]);
  });
});

describe('parseNetwork', () => {
  it('finds the IPv4 subnet, and whose the network is', () => {
    const json = recorded('podman-4.3.1-network-inspect.json');
    expect(parseNetwork(json)).toEqual({ subnet: '10.88.0.0/16', machineStore: undefined });
    const labelled = json.replace(
      '"ipv6_enabled"',
      '"labels": { "io.nx-slipway.machine-store": "/home/a" }, "ipv6_enabled"',
    );
    expect(parseNetwork(labelled)?.machineStore).toBe('/home/a');
  });
});
