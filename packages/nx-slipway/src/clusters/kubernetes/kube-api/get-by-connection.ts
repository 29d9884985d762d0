import type { IncomingMessage } from 'node:http';
import type { ApiAnswer } from '../kube-api';
import type { ApiConnection } from './api-connection';
import { readAnswer } from './read-answer';

/** An API server that is stopped does not refuse: it says nothing. */
export const REQUEST_TIMEOUT_MS = 10_000;

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
  const first = await getOnce(path, connection, signal);
  return first === 'stale-connection' ? settle(await getOnce(path, connection, signal)) : first;
}

function settle(answer: ApiAnswer | 'stale-connection'): ApiAnswer {
  return answer === 'stale-connection' ? { status: 'unreachable', message: 'the connection was closed' } : answer;
}

async function getOnce(
  path: string,
  connection: ApiConnection,
  signal: AbortSignal,
): Promise<ApiAnswer | 'stale-connection'> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const request = await connection.request(path, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.any([signal, timeout]),
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', reject).end();
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
