import { isVersionAtLeast, parsePodmanVersion } from './podman-version';

describe('parsePodmanVersion', () => {
  it.each([
    ['podman version 4.3.1\n', '4.3.1'],
    ['time="x" level=warning msg="y"\npodman version 5.0.0-rc3\n', '5.0.0-rc3'],
    ['Docker version 27', undefined],
  ])('reads %j', (output, version) => expect(parsePodmanVersion(output)).toBe(version));
});

describe('isVersionAtLeast', () => {
  it.each([
    ['4.3.1', '4.3', true],
    ['4.10.0', '4.3', true],
    ['5.0.0-rc3', '4.3', true],
    ['4.2.9', '4.3', false],
    ['3.4.4', '4.3', false],
  ])('%s against %s is %s', (version, minimum, expected) => {
    expect(isVersionAtLeast(version, minimum)).toBe(expected);
  });
});
