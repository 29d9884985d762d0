import { mkdtemp, rm } from 'node:fs/promises';
import { request, type ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '../../../errors/slipway-error';
import type { Tools } from '../../../exec/tools';
import type { ApiConnection } from '../kube-api/api-connection';
import type { OpenedKubeApi } from '../kube-api/create-kube-api';
import type { KubeTarget } from '../kube-target';
import { KUBECTL_ENV, buildTargetArgs } from '../kubectl';
import { renderExit } from '../../../exec/render-exit';

/** A connection to the API server that can be upgraded. */
export interface UpgradableConnection {
  readonly connection: ApiConnection;
  close(): Promise<void>;
}

/** What a connection is opened with. */
export interface ConnectionEdge {
  readonly api: OpenedKubeApi;
  readonly target: KubeTarget;
  readonly tools: Tools;
}

/**
 * Runs `kubectl proxy` until file descriptor 3 ends, whose other end only this process has: so it ends with it, also by
 * `kill -9`. kubectl is asked to end, since a socket file that it leaves would be all that is left.
 */
const GUARD = String.raw`
"$@" 3<&- &
proxy=$!
( read -r nothing <&3
  kill "$proxy" ) >/dev/null 2>&1 &
guard=$!
trap 'kill "$proxy"' TERM
wait "$proxy"
status=$?
kill "$guard" 2>/dev/null
exit "$status"
`;

/**
 * Opens a connection that can be upgraded: directly, or, where only kubectl can authenticate, through `kubectl proxy` on a socket in a
 * folder that this user alone can enter.
 * @throws {SlipwayError} CLUSTER_KUBECONFIG_INVALID, CLUSTER_KUBECTL_NOT_FOUND, CLUSTER_KUBECTL_FAILED
 */
export async function openUpgradableConnection({ api, target, tools }: ConnectionEdge): Promise<UpgradableConnection> {
  const direct = await api.connection();
  if (direct) return { connection: direct, close: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'nx-slipway-proxy-'));
  const socketPath = join(folder, 'socket');
  const ended = new AbortController();
  const proxy = tools.runner.run('/bin/sh', ['-c', GUARD, 'proxy', ...buildProxyArgs(target, socketPath)], {
    env: { ...tools.env, ...KUBECTL_ENV, KUBECONFIG: target.kubeconfig },
    signal: AbortSignal.any([ended.signal, tools.signal]),
    ownProcessGroup: true,
    lifeline: true,
  });
  const close = async (): Promise<void> => {
    ended.abort();
    await proxy;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([waitForSocket(socketPath, tools), proxy.then(assertRuns)]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    connection: { request: (path, options) => Promise.resolve(requestBySocket(socketPath, path, options)) },
    close,
  };
}

/** `kubectl proxy` refuses paths of exec and attach by itself, and forwards ports. Pure. */
export function buildProxyArgs(target: KubeTarget, socketPath: string): string[] {
  return ['kubectl', 'proxy', `--unix-socket=${socketPath}`, ...buildTargetArgs(target)];
}

/** Options of TLS have no meaning here: kubectl has them. */
function requestBySocket(
  socketPath: string,
  path: string,
  options: Parameters<ApiConnection['request']>[1],
): ClientRequest {
  const { headers, signal, timeout } = options ?? {};
  return request({
    socketPath,
    path,
    agent: false,
    headers: { host: 'localhost', ...(headers as Record<string, string> | undefined) },
    ...(signal === undefined ? {} : { signal }),
    ...(timeout === undefined ? {} : { timeout }),
  });
}

/** kubectl, asked for a credential, may take a while: a plugin may ask its user to log in. */
const SOCKET_LIMIT_MS = 60_000;

const SOCKET_PAUSE_MS = 100;

async function waitForSocket(socketPath: string, { clock, signal }: Tools): Promise<void> {
  for (const deadline = clock.now() + SOCKET_LIMIT_MS; !(await isListening(socketPath));) {
    signal.throwIfAborted();
    if (clock.now() >= deadline) throw proxyFailed(`not ready within ${SOCKET_LIMIT_MS / 1_000} s`, '');
    await clock.sleep(SOCKET_PAUSE_MS, signal);
  }
}

function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ socketPath, path: '/version', agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.on('error', () => resolve(false)).end();
  });
}

type Ended = Awaited<ReturnType<Tools['runner']['run']>>;

function assertRuns({ exitCode, status, output }: Ended): never {
  if (exitCode === 127) throw new SlipwayError('CLUSTER_KUBECTL_NOT_FOUND', {});
  throw proxyFailed(renderExit({ status, exitCode }), output);
}

function proxyFailed(status: string, toolOutput: string): SlipwayError {
  return new SlipwayError('CLUSTER_KUBECTL_FAILED', { command: 'kubectl proxy', status }, { toolOutput });
}
