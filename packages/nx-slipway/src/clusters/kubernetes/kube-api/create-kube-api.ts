import { readFile } from 'node:fs/promises';
import { SlipwayError } from '../../../errors/slipway-error';
import type { Tools } from '../../../exec/tools';
import type { ApiAnswer, WritableKubeApi } from '../kube-api';
import type { KubeTarget } from '../kube-target';
import type { Kubectl } from '../kubectl';
import { createApiConnection, type ApiConnection } from './api-connection';
import { applyByConnection, getByConnection } from './get-by-connection';
import { getByKubectl } from './get-by-kubectl';
import { needsProxy } from './needs-proxy';

/** What a way to the API of a cluster is opened with. */
export interface KubeApiOptions {
  readonly target: KubeTarget;
  readonly kubectl: Kubectl;
  readonly tools: Pick<Tools, 'signal' | 'env'>;
}

/** A way to the API of a cluster, and to its upgraded connections. */
export interface OpenedKubeApi extends WritableKubeApi {
  /** The connection itself; `undefined` where only kubectl can authenticate. @throws {SlipwayError} CLUSTER_KUBECONFIG_INVALID */
  connection(): Promise<ApiConnection | undefined>;
}

/**
 * Opens the API of a kube context: by TLS from this process (some milliseconds a request), or by `kubectl get --raw` (0.4 s) where the
 * kubeconfig authenticates by a credential plugin or leads through a proxy. The kubeconfig is read once, with the first request.
 * `get` rejects with CLUSTER_KUBECONFIG_INVALID or CLUSTER_KUBECTL_NOT_FOUND, and with the signal's reason.
 */
export function createKubeApi({ target, kubectl, tools }: KubeApiOptions): OpenedKubeApi {
  let opened: Promise<ApiConnection | undefined> | undefined;
  const connection = (): Promise<ApiConnection | undefined> => (opened ??= openConnection(target, tools.env));
  return {
    connection,
    get: async (path): Promise<ApiAnswer> => {
      tools.signal.throwIfAborted();
      const direct = await connection();
      return direct ? getByConnection(path, direct, tools.signal) : getByKubectl(path, kubectl);
    },
    apply: async (path, object, fieldManager) => {
      tools.signal.throwIfAborted();
      const direct = await connection();
      return direct && applyByConnection(path, { object, fieldManager }, direct, tools.signal);
    },
  };
}

async function openConnection(
  { kubeconfig, kubeContext }: KubeTarget,
  env: Tools['env'],
): Promise<ApiConnection | undefined> {
  const invalid = (reason: string): SlipwayError =>
    new SlipwayError('CLUSTER_KUBECONFIG_INVALID', { path: kubeconfig, kubeContext, reason });
  const text = await readFile(kubeconfig, 'utf8').catch((error: unknown) => {
    throw invalid((error as Error).message);
  });
  // What an unchanged deploy on podman does not need is not loaded with it.
  const { parseKubeconfig } = await import('./parse-kubeconfig.js');
  const access = parseKubeconfig(text, { path: kubeconfig, kubeContext });
  if (access.kind === 'invalid') throw invalid(access.reason);
  if (access.kind === 'kubectl' || needsProxy(access.server, env)) return undefined;
  return createApiConnection(access, invalid);
}
