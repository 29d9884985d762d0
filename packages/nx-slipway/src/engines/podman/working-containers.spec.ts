import { parseMountPoints } from './remove-build-remains';
import { parseContainerStorage } from './working-containers';

describe('parseContainerStorage', () => {
  const layer = 'b'.repeat(64);

  it('finds the folder of containers next to that of layers', () => {
    expect(parseContainerStorage(`overlay /var/lib/my containers/overlay/${layer}/diff`)).toBe(
      '/var/lib/my containers/overlay-containers',
    );
  });

  it.each([`btrfs /var/lib/overlay/${layer}/diff`, 'overlay <no value>', ''])('knows nothing from "%s"', (text) => {
    expect(parseContainerStorage(text)).toBeUndefined();
  });
});

describe('parseMountPoints', () => {
  it('reads the fifth field and its blanks', () => {
    const mountinfo =
      '22 1 0:20 / /proc rw,relatime - proc proc rw\n40 22 0:33 /x /home/me/my\\040builds/tmp rw shared:1 - tmpfs tmpfs rw\n';
    expect(parseMountPoints(mountinfo)).toEqual(['/proc', '/home/me/my builds/tmp']);
  });
});
