import { hasRelativePath, resolveUserPaths } from './resolve-user-paths';

const file = (path: string, ...users: string[]) => ({
  path,
  text: JSON.stringify({ kind: 'Config', users: users.map((name) => ({ name, user: {} })) }),
});

const flat = (user: object) => ({ clusters: [], users: [{ name: 'ada', user }] });

describe('resolveUserPaths', () => {
  const files = [file('/home/ada/one/config', 'bob'), file('/home/ada/two/config', 'ada'), file('/etc/config', 'ada')];

  it('resolves what kubectl leaves relative, by the first file that names the user', () => {
    const user = { tokenFile: 'token', exec: { command: './bin/get', args: ['a/b'] } };
    expect(resolveUserPaths(flat(user), files)).toEqual(
      flat({ tokenFile: '/home/ada/two/token', exec: { command: '/home/ada/two/bin/get', args: ['a/b'] } }),
    );
  });

  it.each([
    ['what is absolute', { tokenFile: '/run/token', exec: { command: '/usr/bin/get' } }],
    ['what is looked up in PATH', { exec: { command: 'aws' } }],
    ['what has no path', { 'client-certificate-data': 'YQ==' }],
  ])('leaves %s as it is', (_, user) => {
    expect(resolveUserPaths(flat(user), files)).toEqual(flat(user));
    expect(hasRelativePath(flat(user))).toBe(false);
  });

  it.each([{ tokenFile: 'token' }, { exec: { command: 'bin/get' } }])('finds what is relative: %j', (user) => {
    expect(hasRelativePath(flat(user))).toBe(true);
  });

  it('leaves a user that no file names, and a kubeconfig without users, as they are', () => {
    expect(resolveUserPaths(flat({ tokenFile: 'token' }), files.slice(0, 1))).toEqual(flat({ tokenFile: 'token' }));
    expect(resolveUserPaths({ users: null }, files)).toEqual({ users: null });
  });
});
