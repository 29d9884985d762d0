import { readFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import type { ClientRequest } from 'node:http';
import { createSecureContext } from 'node:tls';
import type { ApiAccess, Material } from './parse-kubeconfig';

/** A connection to an API server by TLS, with what the kubeconfig authenticates with. */
export interface ApiConnection {
  /**
   * Makes a request, not yet sent. Connections are kept for the next one, and do not keep this process alive.
   * @throws {SlipwayError} CLUSTER_KUBECONFIG_INVALID
   */
  request(path: string, options?: RequestOptions): Promise<ClientRequest>;
}

type DirectAccess = Extract<ApiAccess, { readonly kind: 'direct' }>;

/** A handful of requests run side by side while a deploy is waited for. */
const MAX_SOCKETS = 6;

/**
 * Connects by what a kubeconfig says. Nothing is opened before the first request.
 * @param unusable the error of a certificate, key or token that cannot be read or is none
 */
export function createApiConnection(access: DirectAccess, unusable: (reason: string) => Error): ApiConnection {
  const server = new URL(access.server);
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  let credentials: Promise<RequestOptions> | undefined;
  const prepare = async (path: string, options: RequestOptions): Promise<RequestOptions> => {
    credentials ??= readCredentials(access);
    const token = access.token && (await readMaterial(access.token)).trim();
    return {
      agent,
      host: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port || 443,
      path: server.pathname.replace(/\/$/, '') + path,
      ...(await credentials),
      ...options,
      headers: {
        host: server.host,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(options.headers as Record<string, string> | undefined),
      },
    };
  };
  return {
    request: async (path, options = {}) => {
      const prepared = await prepare(path, options).catch((error: unknown) => {
        throw unusable((error as Error).message);
      });
      return request(prepared);
    },
  };
}

async function readCredentials(access: DirectAccess): Promise<RequestOptions> {
  const [ca, cert, key] = await Promise.all(
    [access.ca, access.clientCertificate, access.clientKey].map(async (material) => material && readMaterial(material)),
  );
  if (cert !== undefined || ca !== undefined) createSecureContext({ ca, cert, key }); // Throws here, where the reason can be told.
  return {
    rejectUnauthorized: !access.skipsVerification,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
  };
}

async function readMaterial(material: Material): Promise<string> {
  return material.kind === 'text' ? material.text : readFile(material.path, 'utf8');
}
