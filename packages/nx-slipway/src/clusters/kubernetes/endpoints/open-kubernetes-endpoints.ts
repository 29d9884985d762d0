import type { Duplex } from 'node:stream';
import type { Endpoint, OpenedEndpoint, OpenedEndpoints } from '../../../artifact/endpoint';
import { SlipwayError } from '../../../errors/slipway-error';
import type { ApiConnection } from '../kube-api/api-connection';
import { getByConnection } from '../kube-api/get-by-connection';
import type { KubeApi } from '../kube-api';
import { findForwardTarget } from './find-forward-target';
import { openPortChannel } from './open-port-channel';
import { openUpgradableConnection, type ConnectionEdge } from './open-upgradable-connection';
import { serveForward, type Forward } from './serve-forward';

/** What connections are made with. */
type ConnectEdge = Pick<ConnectionEdge, 'tools'> & { readonly api: KubeApi; readonly connection: ApiConnection };

/** So long an endpoint may not answer: what was deployed is ready, but the last test may have ended pods. */
export const ANSWER_LIMIT_MS = 30_000;

const ANSWER_PAUSE_MS = 250;

/** A node that cannot connect to a port says so at once; one that can says nothing. */
const REFUSAL_MS = 300;

/**
 * Opens a port of 127.0.0.1 for each endpoint, which leads to a ready pod of its Service through the API server. The port stays the
 * same until `close`; which pod it leads to is decided anew for each connection, so that a pod that is replaced is not felt.
 * Afterwards each endpoint has answered. All of it lives in this process.
 * Rejects with the signal's reason; nothing is left open then.
 * @throws {SlipwayError} E2E_ENDPOINT_UNSUPPORTED (UDP), E2E_ENDPOINT_UNREACHABLE, the codes of `openUpgradableConnection`
 */
export async function openKubernetesEndpoints(
  endpoints: readonly Endpoint[],
  edge: ConnectionEdge,
): Promise<OpenedEndpoints> {
  const udp = endpoints.find(({ scheme }) => scheme === 'udp');
  if (udp)
    throw new SlipwayError('E2E_ENDPOINT_UNSUPPORTED', { service: `${udp.namespace}/${udp.service}`, port: udp.port });
  if (endpoints.length === 0) return { endpoints: [], close: () => Promise.resolve() };
  const upgradable = await openUpgradableConnection(edge);
  const { connection } = upgradable;
  // What is open anyway is cheaper than a kubectl call for each question.
  const api: KubeApi = { get: (path) => getByConnection(path, connection, edge.tools.signal) };
  const connectEdge = { api, tools: edge.tools, connection };
  const forwards: Forward[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(forwards.map((forward) => forward.close()));
    await upgradable.close();
  };
  try {
    const opened = await Promise.all(
      endpoints.map(async (endpoint): Promise<OpenedEndpoint> => {
        await assertAnswers(endpoint, connectEdge);
        const forward = await serveForward(() => connectTo(endpoint, connectEdge));
        forwards.push(forward);
        return { ...endpoint, url: `${endpoint.scheme}://127.0.0.1:${forward.localPort}` };
      }),
    );
    return { endpoints: opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function connectTo(endpoint: Endpoint, { api, connection }: ConnectEdge): Promise<Duplex> {
  const found = await findForwardTarget(endpoint, api);
  if (found.status === 'none') throw new Error(found.reason);
  return openPortChannel(found.target, connection);
}

async function assertAnswers(endpoint: Endpoint, edge: ConnectEdge): Promise<void> {
  const { clock, signal } = edge.tools;
  for (const deadline = clock.now() + ANSWER_LIMIT_MS; ;) {
    const refusal = await findRefusal(endpoint, edge);
    signal.throwIfAborted();
    if (refusal === undefined) return;
    if (clock.now() >= deadline) {
      const service = `${endpoint.namespace}/${endpoint.service}`;
      const facts = { service, port: endpoint.port, seconds: ANSWER_LIMIT_MS / 1_000, reason: refusal };
      throw new SlipwayError('E2E_ENDPOINT_UNREACHABLE', facts);
    }
    await clock.sleep(ANSWER_PAUSE_MS, signal);
  }
}

/** Why a connection to an endpoint is refused; `undefined` where it stands. */
async function findRefusal(endpoint: Endpoint, edge: ConnectEdge): Promise<string | undefined> {
  try {
    const channel = await connectTo(endpoint, edge);
    try {
      return await waitForRefusal(channel, edge);
    } finally {
      channel.destroy();
    }
  } catch (error) {
    edge.tools.signal.throwIfAborted();
    return (error as Error).message;
  }
}

async function waitForRefusal(channel: Duplex, { tools }: ConnectEdge): Promise<string | undefined> {
  const settled = new AbortController();
  const told = new Promise<string | undefined>((resolve) => {
    channel
      .on('error', (error) => resolve(error.message))
      .on('data', () => resolve(undefined))
      .on('end', () => resolve('it ends the connection at once'));
  });
  const silent = tools.clock.sleep(REFUSAL_MS, AbortSignal.any([settled.signal, tools.signal])).then(() => undefined);
  try {
    return await Promise.race([told, silent]);
  } finally {
    settled.abort();
  }
}
