import type { IncomingMessage } from 'node:http';
import type { KubernetesObject } from '../../cluster';
import type { ApiAnswer } from '../kube-api';
import type { ApiConnection } from './api-connection';
import { readAnswer } from './read-answer';

/** An API server that is stopped does not refuse: it says nothing. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** What is asked of an API server. */
interface ApiQuestion {
  readonly path: string;
  /** Default: GET. */
  readonly method?: 'PATCH';
  readonly contentType?: string;
  readonly body?: string;
}

/**
 * Reads one path of the API. A connection that was kept and that the server has closed in the meantime is not an answer: once more.
 * Rejects with the signal's reason.
 * @throws {SlipwayError} CLUSTER_KUBECONFIG_INVALID
 */
export async function getByConnection(
  path: string,
  connection: ApiConnection,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  return ask({ path }, connection, signal);
}

/** Applies one object server-side and takes over fields that others have set; otherwise as `getByConnection`. */
export async function applyByConnection(
  path: string,
  { object, fieldManager }: { readonly object: KubernetesObject; readonly fieldManager: string },
  connection: ApiConnection,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const query = `fieldManager=${encodeURIComponent(fieldManager)}&force=true&fieldValidation=Strict`;
  // JSON is YAML, and this is the type that every server with server-side apply knows (Kubernetes 1.34, apimachinery ApplyYAMLPatchType).
  const question = {
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
  } as const;
  return ask({ path: `${path}?${query}`, ...question }, connection, signal);
}

/** Both may be asked twice: what is applied again is as it was. */
async function ask(question: ApiQuestion, connection: ApiConnection, signal: AbortSignal): Promise<ApiAnswer> {
  const first = await askOnce(question, connection, signal);
  return first === 'stale-connection' ? settle(await askOnce(question, connection, signal)) : first;
}

function settle(answer: ApiAnswer | 'stale-connection'): ApiAnswer {
  return answer === 'stale-connection' ? { status: 'unreachable', message: 'the connection was closed' } : answer;
}

async function askOnce(
  { path, method, contentType, body }: ApiQuestion,
  connection: ApiConnection,
  signal: AbortSignal,
): Promise<ApiAnswer | 'stale-connection'> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const request = await connection.request(path, {
    ...(method === undefined ? {} : { method }),
    headers: { accept: 'application/json', ...(contentType === undefined ? {} : { 'content-type': contentType }) },
    signal: AbortSignal.any([signal, timeout]),
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', reject).end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return readAnswer(
      response.statusCode ?? 0,
      response.headers['content-type'] ?? '',
      Buffer.concat(chunks).toString('utf8'),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { status: 'unreachable', message: `no answer within ${REQUEST_TIMEOUT_MS / 1_000} s` };
    if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return 'stale-connection';
    return { status: 'unreachable', message: (error as Error).message };
  } finally {
    request.destroy();
  }
}
