import { allocateAddresses, hardwareAddressOf } from './allocate-addresses';

describe('allocateAddresses', () => {
  const ask = (pods: string[], given: [string, string][] = [], inUse: string[] = [], subnet = '10.89.3.0/24') =>
    Object.fromEntries(allocateAddresses({ subnet, pods, given: new Map(given), inUse: new Set(inUse) }));

  it('gives each pod an address of its own, above those that podman hands out', () => {
    expect(ask(['default/a', 'default/b'])).toEqual({ 'default/a': '10.89.3.10', 'default/b': '10.89.3.11' });
  });

  it('lets a pod keep its address, and frees those of pods that are gone', () => {
    const given: [string, string][] = [
      ['default/a', '10.89.3.10'],
      ['default/b', '10.89.3.11'],
    ];
    expect(ask(['default/b', 'default/c'], given)).toEqual({ 'default/b': '10.89.3.11', 'default/c': '10.89.3.10' });
  });

  it('leaves out addresses that containers have', () => {
    expect(ask(['default/a'], [], ['10.89.3.10'])).toEqual({ 'default/a': '10.89.3.11' });
  });

  it('says when the subnet is full', () => {
    const pods = Array.from({ length: 6 }, (_, index) => `default/p${index}`);
    expect(Object.keys(ask(pods.slice(0, 5), [], [], '10.0.0.0/28'))).toHaveLength(5);
    expect(() => ask(pods, [], [], '10.0.0.0/28')).toThrow('10.0.0.0/28');
  });
});

describe('hardwareAddressOf', () => {
  it('is locally administered and follows from the address', () => {
    expect(hardwareAddressOf('10.89.3.255')).toBe('02:42:0a:59:03:ff');
  });
});
