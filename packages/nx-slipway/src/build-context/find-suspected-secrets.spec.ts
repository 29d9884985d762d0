import { findSuspectedSecrets } from './find-suspected-secrets';

/** Put together, so that no scanner takes this file for one that holds a key. */
const KEY = ['-----BEGIN', 'OPENSSH PRIVATE', 'KEY-----\nb3BlbnNzaC1rZXktdjEA\n'].join(' ');
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const SERVICE_ACCOUNT = JSON.stringify({ type: 'service_account', private_key: KEY });

function reasonOf(path: string, text: string): string | undefined {
  const entries = [{ path, kind: 'file', bytes: text.length } as const];
  return findSuspectedSecrets(entries, () => text)[0]?.reason;
}

describe('suspects', () => {
  test.each([
    ['home/.ssh/id_rsa', KEY, 'holds a private key'],
    ['tls/server.pem', CERTIFICATE + KEY, 'holds a private key'],
    ['tls/server.key', KEY, 'holds a private key'],
    ['signing.p12', '\u0000', 'is a store of keys'],
    ['app/upload.jks', '\u0000', 'is a store of keys'],
    ['.env', 'PORT=80\nDB_PASSWORD=hunter2secret\n', 'sets DB_PASSWORD'],
    ['web/.env.production', 'export API_KEY="a1b2c3d4e5"\n', 'sets API_KEY'],
    ['.npmrc', '//registry.npmjs.org/:_authToken=npm_abc\n', 'holds a token for an npm registry'],
    ['.yarnrc.yml', 'npmAuthToken: "abc"\n', 'holds a token for an npm registry'],
    ['.pypirc', '[pypi]\npassword = pypi-abc\n', 'holds a password for a Python package index'],
    ['.netrc', 'machine example.org login me password secret\n', 'holds passwords of hosts'],
    ['.git-credentials', 'https://me:secret@example.org\n', 'holds passwords for git'],
    ['.aws/credentials', '[default]\naws_secret_access_key = abc\n', 'holds keys for AWS'],
    [
      '.docker/config.json',
      '{"auths":{"example.org":{"auth":"bWU6c2VjcmV0"}}}',
      'holds logins for container registries',
    ],
    ['.kube/config', 'users:\n- user:\n    client-key-data: TFMw\n', 'holds the key to a Kubernetes cluster'],
    ['deploy/kubeconfig.yaml', 'users:\n- user:\n    token: abc\n', 'holds the key to a Kubernetes cluster'],
    ['gcp-key.json', SERVICE_ACCOUNT, 'is the key of a service account'],
    ['infra/terraform.tfstate', '{}', 'is a state of Terraform, which holds secrets in clear text'],
  ])('%s', (path, text, reason) => {
    expect(reasonOf(path, text)).toBe(reason);
  });
});

describe('does not suspect', () => {
  test.each([
    ['id_rsa.pub', 'ssh-rsa AAAA'],
    ['tls/ca.pem', CERTIFICATE],
    ['docs/release.asc', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n'],
    ['.env.example', 'DB_PASSWORD=hunter2secret\n'],
    ['.env', 'PORT=80\nLOG_LEVEL=info\n'],
    ['.env', 'DB_PASSWORD=\nAPI_KEY=changeme\nTOKEN=${TOKEN}\nSECRET="<your secret>"\n'],
    ['.env', 'TOKEN_TTL=3600\n'],
    ['environment.ts', 'export const PASSWORD = "x";'],
    ['.npmrc', 'registry=https://registry.npmjs.org\n# _authToken=old\n'],
    ['.npmrc', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n'],
    ['.docker/config.json', '{"auths":{"example.org":{}},"credsStore":"desktop"}'],
    ['.kube/config', 'clusters:\n- cluster:\n    certificate-authority-data: TFMw\n'],
    ['src/credentials.json', '{"title":"Credentials"}'],
    ['src/keyboard.json', SERVICE_ACCOUNT],
    ['certs/server.pem', ''],
  ])('%s %j', (path, text) => {
    expect(reasonOf(path, text)).toBeUndefined();
  });

  test('a folder, a link, and a file that cannot be read', () => {
    const entries = [
      { path: 'x.p12', kind: 'link', bytes: 0 },
      { path: 'y.p12', kind: 'directory', bytes: 0 },
      { path: 'z.pem', kind: 'file', bytes: 9 },
    ] as const;
    expect(findSuspectedSecrets(entries, () => undefined)).toEqual([]);
  });
});

test('reads nothing but candidates', () => {
  const read: string[] = [];
  const entries = ['main.go', 'package.json', '.env', 'tls/a.pem'].map(
    (path) => ({ path, kind: 'file', bytes: 1 }) as const,
  );
  findSuspectedSecrets(entries, (path) => {
    read.push(path);
    return '';
  });
  expect(read).toEqual(['.env', 'tls/a.pem']);
});
