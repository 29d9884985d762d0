import { isAtLeast, OLDEST_PODMAN, parsePodmanVersion } from './podman-version';

describe('podman versions', () => {
  it('are read from what `podman --version` prints', () => {
    expect(parsePodmanVersion('podman version 4.3.1\n')).toBe('4.3.1');
    expect(parsePodmanVersion('podman version 5.0.0-rc1\n')).toBe('5.0.0-rc1');
    expect(parsePodmanVersion('docker')).toBeUndefined();
  });

  it.each([
    ['4.3.0', true],
    ['4.3.1', true],
    ['4.10.0', true],
    ['5.0.0-rc1', true],
    ['4.2.9', false],
    ['3.4.4', false],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isAtLeast(version, OLDEST_PODMAN)).toBe(expected);
  });
});
