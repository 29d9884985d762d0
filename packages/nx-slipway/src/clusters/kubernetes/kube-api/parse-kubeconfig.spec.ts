import { parseKubeconfig } from './parse-kubeconfig';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** As kind v0.33 writes it, with shorter data. */
const OF_KIND = `
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64('CA')}
    server: https://127.0.0.1:34567
  name: kind-e2e
contexts:
- context:
    cluster: kind-e2e
    user: kind-e2e
  name: kind-e2e
current-context: other
kind: Config
users:
- name: kind-e2e
  user:
    client-certificate-data: ${base64('CERT')}
    client-key-data: ${base64('KEY')}
`;

const read = (text: string, kubeContext = 'kind-e2e') =>
  parseKubeconfig(text, { path: '/home/u/.kube/c', kubeContext });
const withUser = (user: string) => OF_KIND.replace(/ {4}client-certificate-data[\s\S]*/, `    ${user}\n`);

describe('parseKubeconfig', () => {
  it('reads the certificate that kind gives', () => {
    expect(read(OF_KIND)).toEqual({
      kind: 'direct',
      server: 'https://127.0.0.1:34567',
      ca: { kind: 'text', text: 'CA' },
      clientCertificate: { kind: 'text', text: 'CERT' },
      clientKey: { kind: 'text', text: 'KEY' },
      skipsVerification: false,
    });
  });

  it.each([
    ['a relative file', 'tokenFile: ../t', { kind: 'file', path: '/home/u/t' }],
    ['an absolute file', 'tokenFile: /run/t', { kind: 'file', path: '/run/t' }],
    ['a text', 'token: abc', { kind: 'text', text: 'abc' }],
  ])('reads a token: %s', (_, user, token) => {
    expect(read(withUser(user))).toMatchObject({ kind: 'direct', token });
  });

  it.each([
    ['a credential plugin', withUser('exec: { command: aws }'), 'exec'],
    ['a password', withUser('{ username: u, password: p }'), 'username'],
    ['an impersonation', withUser('as: somebody'), 'as'],
    ['a proxy', OF_KIND.replace('    server:', '    proxy-url: http://p:1\n    server:'), 'proxy-url'],
    ['no TLS', OF_KIND.replace('https:', 'http:'), 'server without TLS'],
  ])('leaves to kubectl: %s', (_, text, reason) => {
    expect(read(text)).toEqual({ kind: 'kubectl', reason });
  });

  it.each([
    ['a kube context that is not there', OF_KIND, 'prod', 'it has no kube context prod'],
    [
      'a cluster that is not there',
      OF_KIND.replace('  name: kind-e2e\ncontexts', '  name: x\ncontexts'),
      'kind-e2e',
      'it has no cluster kind-e2e',
    ],
    [
      'a server that is no URL',
      OF_KIND.replace('https://127.0.0.1:34567', '"::"'),
      'kind-e2e',
      'its cluster kind-e2e has no valid server',
    ],
    ['an empty file', '', 'kind-e2e', 'it has no kube context kind-e2e'],
  ])('tells what is wrong: %s', (_, text, kubeContext, reason) => {
    expect(read(text, kubeContext)).toEqual({ kind: 'invalid', reason });
  });

  it('tells where a file is not YAML', () => {
    expect(read('a: [')).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('line 1') });
  });
});
