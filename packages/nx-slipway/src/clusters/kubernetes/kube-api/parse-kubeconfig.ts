import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';

/** Something that a kubeconfig gives either in place or as a file. */
export type Material =
  /** Decoded. */
  | { readonly kind: 'text'; readonly text: string }
  /** Absolute path; the file may change while a task runs (a token that is renewed). */
  | { readonly kind: 'file'; readonly path: string };

/** How the API server of one kube context is reached. */
export type ApiAccess =
  | {
      readonly kind: 'direct';
      /** `https://127.0.0.1:6443`, perhaps with a path. */
      readonly server: string;
      /** Certificate authority; the system's own where it is not given. */
      readonly ca?: Material;
      readonly clientCertificate?: Material;
      readonly clientKey?: Material;
      readonly token?: Material;
      /** The name in the server's certificate, where it is not the host's. */
      readonly tlsServerName?: string;
      readonly skipsVerification: boolean;
    }
  /** Only kubectl can do it: a credential plugin, a proxy, an impersonation. */
  | { readonly kind: 'kubectl'; readonly reason: string };

/** What a kubeconfig cannot be used for. */
export interface KubeconfigProblem {
  readonly kind: 'invalid';
  readonly reason: string;
}

interface NamedEntries {
  readonly name?: unknown;
  readonly [part: string]: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** What else may stand in a user's entry; anything that is not named here is left to kubectl. */
const DIRECT_USER_FIELDS = [
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
];

const DIRECT_CLUSTER_FIELDS = [
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
  'disable-compression',
  'extensions',
];

/**
 * Reads from a kubeconfig how a kube context's API server is reached: directly by certificate or token, or only by kubectl. Data wins over files,
 * and files are relative to the kubeconfig, as client-go has it (tools/clientcmd v0.34). Pure.
 */
export function parseKubeconfig(
  text: string,
  { path, kubeContext }: { readonly path: string; readonly kubeContext: string },
): ApiAccess | KubeconfigProblem {
  let document: Fields;
  try {
    document = fieldsOf(parse(text));
  } catch (error) {
    return invalid((error as Error).message.split('\n')[0] ?? 'it is not YAML');
  }
  const context = findEntry(document['contexts'], kubeContext, 'context');
  if (!context) return invalid(`it has no kube context ${kubeContext}`);
  const cluster = findEntry(document['clusters'], String(context['cluster']), 'cluster');
  if (!cluster) return invalid(`it has no cluster ${String(context['cluster'])}`);
  const user = findEntry(document['users'], String(context['user']), 'user') ?? {};
  const server = textAt(cluster, 'server');
  if (server === undefined || !URL.canParse(server))
    return invalid(`its cluster ${String(context['cluster'])} has no valid server`);
  const beyondUs =
    Object.keys(user).find((field) => !DIRECT_USER_FIELDS.includes(field)) ??
    Object.keys(cluster).find((field) => !DIRECT_CLUSTER_FIELDS.includes(field)) ??
    (new URL(server).protocol === 'https:' ? undefined : 'server without TLS');
  if (beyondUs !== undefined) return { kind: 'kubectl', reason: beyondUs };
  const folder = dirname(path);
  const ca = materialOf(cluster, 'certificate-authority', folder);
  const clientCertificate = materialOf(user, 'client-certificate', folder);
  const clientKey = materialOf(user, 'client-key', folder);
  const token = tokenOf(user, folder);
  const tlsServerName = textAt(cluster, 'tls-server-name');
  return {
    kind: 'direct',
    server,
    skipsVerification: cluster['insecure-skip-tls-verify'] === true,
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(clientKey === undefined ? {} : { clientKey }),
    ...(token === undefined ? {} : { token }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
  };
}

function invalid(reason: string): KubeconfigProblem {
  return { kind: 'invalid', reason };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textAt(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function findEntry(entries: unknown, name: string, part: string): Fields | undefined {
  const list = Array.isArray(entries) ? (entries as readonly NamedEntries[]) : [];
  const found = list.find((entry) => fieldsOf(entry)['name'] === name);
  return found ? fieldsOf(found[part]) : undefined;
}

function materialOf(fields: Fields, name: string, folder: string): Material | undefined {
  const data = textAt(fields, `${name}-data`);
  if (data !== undefined) return { kind: 'text', text: Buffer.from(data, 'base64').toString('utf8') };
  const file = textAt(fields, name);
  return file === undefined ? undefined : fileIn(folder, file);
}

/** A token's file wins over the token in place, since it is renewed. */
function tokenOf(user: Fields, folder: string): Material | undefined {
  const file = textAt(user, 'tokenFile');
  if (file !== undefined) return fileIn(folder, file);
  const token = textAt(user, 'token');
  return token === undefined ? undefined : { kind: 'text', text: token };
}

function fileIn(folder: string, file: string): Material {
  return { kind: 'file', path: isAbsolute(file) ? file : join(folder, file) };
}
