import { buildEnterArgs, isProcessOf } from './enter-node';

const ID = 'e939d65d3193133610dddabec7e0394516751181788afe6ac41e3515d25d5fcb';
/** What `/proc/<pid>/cgroup` said of a node of kind on podman 4.3.1, with hybrid cgroups. */
const CGROUPS = `9:name=systemd:/libpod_parent/libpod-${ID}/init.scope
6:freezer:/libpod_parent/libpod-${ID}
0::/libpod_parent/libpod-${ID}/init.scope
`;

describe('isProcessOf', () => {
  it('knows the process of a container by its cgroups', () => {
    expect(isProcessOf({ id: ID }, { cgroups: CGROUPS, sharesUserNamespace: true })).toBe(true);
  });

  it.each([
    ['of another container', { id: ID.replace('e', 'f') }, { cgroups: CGROUPS, sharesUserNamespace: true }],
    ['of no container', { id: ID }, { cgroups: '0::/init.scope\n', sharesUserNamespace: true }],
    ['that is not there', { id: ID }, { cgroups: undefined, sharesUserNamespace: false }],
    ['of a container without root of this machine', { id: ID }, { cgroups: CGROUPS, sharesUserNamespace: false }],
    ['of a listing without IDs', { id: '' }, { cgroups: CGROUPS, sharesUserNamespace: true }],
  ])('refuses a process %s', (_, node, facts) => {
    expect(isProcessOf(node, facts)).toBe(false);
  });
});

describe('buildEnterArgs', () => {
  it('gives the command a session of its own and nothing of our environment', () => {
    const args = buildEnterArgs(20969, ['sh', '-c', 'ctr version']);
    expect(args[0]).toBe('--target=20969');
    expect(args.slice(args.indexOf('--') + 1)).toEqual([
      'setsid',
      'env',
      '-i',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'sh',
      '-c',
      'ctr version',
    ]);
  });
});
