import { posix } from 'node:path';
import type { ContextEntry } from './build-context';

/** A file that looks like one that nobody wants in an image. */
export interface SuspectedSecret {
  readonly path: string;
  /** Completes the sentence "it …", e.g. `holds a private key`. */
  readonly reason: string;
}

/** How much of a candidate is looked at: a private key begins at once, a service account has it within its first lines. */
export const SECRET_HEAD_BYTES = 8_192;

/**
 * Finds the files of a build context that look like secrets. Names decide which files are candidates, so that a context of
 * thousands costs next to nothing; of most candidates the beginning must agree, so that public certificates, examples and empty
 * settings are not suspected. Pure but for reading through `readHead`.
 * @param readHead the first `SECRET_HEAD_BYTES` bytes of a file as text, by its path in the build context; `undefined` where it cannot be read
 */
export function findSuspectedSecrets(
  entries: readonly Pick<ContextEntry, 'path' | 'kind' | 'bytes'>[],
  readHead: (path: string) => string | undefined,
): readonly SuspectedSecret[] {
  return entries.flatMap(({ path, kind, bytes }) => {
    if (kind !== 'file' || bytes === 0) return [];
    const suspicion = suspicions.find(({ name }) => name.test(path));
    if (!suspicion || EXAMPLE_NAME.test(posix.basename(path))) return [];
    if (suspicion.reason !== undefined) return [{ path, reason: suspicion.reason }];
    const reason = suspicion.probe(readHead(path) ?? '');
    return reason === undefined ? [] : [{ path, reason }];
  });
}

/** `.env.example`, `credentials.sample`: made to be copied and filled in. */
const EXAMPLE_NAME = /(?:^|[._-])(?:example|sample|template|tmpl|dist|default|defaults|schema)(?:[._-]|$)/i;

type Suspicion = { readonly name: RegExp } & (
  | { readonly reason: string; readonly probe?: undefined }
  | { readonly reason?: undefined; readonly probe: (head: string) => string | undefined }
);

/** The first whose name matches decides. */
const suspicions: readonly Suspicion[] = [
  { name: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/, probe: probePrivateKey },
  { name: /\.(?:pem|key|ppk|asc)$/i, probe: probePrivateKey },
  { name: /\.(?:p12|pfx|jks|keystore|kdbx)$/i, reason: 'is a store of keys' },
  { name: /(?:^|\/)\.env(?:\.[^/]+)?$/, probe: probeEnvironment },
  {
    name: /(?:^|\/)\.npmrc$/,
    probe: probe(/^[^#;\n]*:?_(?:authToken|auth|password)\s*=\s*(?!\$\{|\s*$)\S/m, 'holds a token for an npm registry'),
  },
  {
    name: /(?:^|\/)\.yarnrc\.yml$/,
    probe: probe(/^\s*npmAuth(?:Token|Ident):\s*["']?(?!["']?\$\{)[^\s"']/m, 'holds a token for an npm registry'),
  },
  {
    name: /(?:^|\/)\.pypirc$/,
    probe: probe(/^\s*password\s*[:=]\s*\S/m, 'holds a password for a Python package index'),
  },
  { name: /(?:^|\/)[._]netrc$/, probe: probe(/\bpassword\s+\S/, 'holds passwords of hosts') },
  { name: /(?:^|\/)\.git-credentials$/, probe: probe(/^\w+:\/\/[^\s/@]*:[^\s/@]+@/m, 'holds passwords for git') },
  { name: /(?:^|\/)\.aws\/credentials$/, probe: probe(/^\s*aws_secret_access_key\s*=\s*\S/m, 'holds keys for AWS') },
  {
    name: /(?:^|\/)\.docker\/config\.json$|(?:^|\/)(?:\.dockercfg|auth\.json)$/,
    probe: probe(/"(?:auth|identitytoken)"\s*:\s*"[^"]+"/, 'holds logins for container registries'),
  },
  {
    name: /(?:^|\/)\.kube\/config$|kubeconfig[^/]*$/i,
    probe: probe(/^\s*(?:-\s*)?(?:client-key-data|token|password):\s*\S/m, 'holds the key to a Kubernetes cluster'),
  },
  { name: /(?:^|\/)\.(?:vault-token|pgpass|my\.cnf)$/, reason: 'is where a tool keeps its login' },
  { name: /\.tfstate(?:\.backup)?$/, reason: 'is a state of Terraform, which holds secrets in clear text' },
  // JSON files are many, so only those are read whose name speaks of a key.
  {
    name: /(?:service[-_.]?account|credential|adminsdk|secret|gcp|firebase|[-_.]key)[^/]*\.json$/i,
    probe: probeServiceAccount,
  },
];

function probe(pattern: RegExp, reason: string): (head: string) => string | undefined {
  return (head) => (pattern.test(head) ? reason : undefined);
}

function probePrivateKey(head: string): string | undefined {
  return /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-/m.test(head)
    ? 'holds a private key'
    : undefined;
}

/** A `.env` without anything that is named like a secret, or with references in place of values, is a setting like another. */
function probeEnvironment(head: string): string | undefined {
  const line =
    /^\s*(?:export\s+)?(\w*(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|DATABASE_URL|DSN)\w*)[ \t]*=[ \t]*(.*)$/gim;
  for (const [, name, value = ''] of head.matchAll(line)) {
    const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
    if (bare !== '' && !PLACEHOLDER.test(bare)) return `sets ${name}`;
  }
  return undefined;
}

const PLACEHOLDER =
  /^(?:\$\{?\w|<.*>$|x{3,}$|\*{3,}$|change[-_ ]?me|your[-_ ]|todo|none$|null$|true$|false$|\d{1,5}$)/i;

function probeServiceAccount(head: string): string | undefined {
  const isKey = /"type"\s*:\s*"service_account"/.test(head) && /"private_key"\s*:\s*"-----BEGIN/.test(head);
  return isKey ? 'is the key of a service account' : undefined;
}
