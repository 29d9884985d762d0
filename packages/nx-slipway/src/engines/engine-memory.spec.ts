import { parseTotal } from './engine-memory';

describe('parseTotal', () => {
  it('reads what podman says of the machine that it works on', () => {
    const info = { host: { arch: 'arm64', memTotal: 2_097_152_000, memFree: 5, serviceIsRemote: true } };
    expect(parseTotal('podman', JSON.stringify(info))).toBe(2_000);
  });

  it('reads what docker says of it', () => {
    expect(parseTotal('docker', '8388608000\n')).toBe(8_000);
  });

  it('does not know where an engine says nothing of it', () => {
    expect([parseTotal('podman', '{}'), parseTotal('docker', '0'), parseTotal('docker', '')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
