import { parseLockHolder } from './find-lock-holder';

/** /proc/locks of Linux 6 while a podman waited for the lock of its layers. */
const LOCKS = `6: POSIX  ADVISORY  WRITE 23757 fe:00:10019100 0 EOF
7: POSIX  ADVISORY  WRITE 23622 fe:00:10390385 0 EOF
7: -> POSIX  ADVISORY  WRITE 23757 fe:00:10390385 0 EOF
8: POSIX  ADVISORY  READ 23024 fe:00:10395710 128 128
9: OFDLCK ADVISORY  WRITE -1 fe:00:10395711 0 EOF
9: -> OFDLCK ADVISORY  WRITE 23758 fe:00:10395711 0 EOF
`;

describe('parseLockHolder', () => {
  it('tells who holds the lock that a process waits for', () => {
    expect(parseLockHolder(LOCKS, [1, 23757])).toBe(23622);
  });

  it.each([
    ['holds one and waits for none', LOCKS, 23024],
    ['waits for one without an owner', LOCKS, 23758],
    ['is on a machine that does not tell', '', 23757],
  ])('tells nothing of a process that %s', (_title, locks, pid) => {
    expect(parseLockHolder(locks, [pid])).toBeUndefined();
  });
});
