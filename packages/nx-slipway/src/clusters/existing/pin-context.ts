import { rm } from 'node:fs/promises';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import { KUBECTL_ENV, kubectlFailed } from '../kubernetes/kubectl';
import { chooseContext, type ChosenContext, type KubeconfigView } from './choose-context';
import { assertContextAllowed, type ExistingClusterTools } from './existing-cluster-tools';
import { findExpiry } from './find-expiry';
import { writePin, writePinnedKubeconfig, type PinnedTarget } from './pinned-target';

/**
 * Chooses the kube context, checks that it may be used and that it can be, and keeps it for every later task. What the user's kubeconfig
 * holds of other contexts is not read further than their names and servers; nothing is sent to a server that is not allowed.
 * @throws {SlipwayError} CLUSTER_CONTEXT_UNKNOWN, CLUSTER_CONTEXT_NOT_ALLOWED, CLUSTER_CREDENTIALS_EXPIRED, CLUSTER_CREDENTIALS_REJECTED, CLUSTER_UNREACHABLE
 */
export async function pinContext(namespace: string, edge: ExistingClusterTools): Promise<PinnedTarget> {
  const chosen = await findContext(edge);
  assertContextAllowed(chosen, edge.options.allowedKubeContexts);
  const { stdout } = await viewConfig(['--raw', '--flatten', '--minify', '--context', chosen.kubeContext], edge);
  assertNotExpired(chosen, JSON.parse(stdout), edge.tools.clock.now());
  await rm(edge.paths.pinFile, { force: true });
  await writePinnedKubeconfig(edge.paths, stdout);
  const version = await askVersion(chosen, edge);
  const pin: PinnedTarget = {
    schemaVersion: 1,
    kubeContext: chosen.kubeContext,
    server: chosen.server,
    namespace,
    version,
  };
  await writePin(edge.paths, pin);
  return pin;
}

async function findContext(edge: ExistingClusterTools): Promise<ChosenContext> {
  const { stdout } = await viewConfig([], edge);
  const choice = chooseContext(JSON.parse(stdout) as KubeconfigView, edge.options.kubeContext);
  if (choice.status === 'chosen') return choice.context;
  const kubeconfig = edge.tools.env['KUBECONFIG'] || '~/.kube/config';
  const facts = { wanted: choice.wanted, kubeconfig, found: choice.found.join(', ') || 'none' };
  throw new SlipwayError('CLUSTER_CONTEXT_UNKNOWN', facts);
}

/** kubectl merges the files of KUBECONFIG as every other tool does. */
async function viewConfig(args: readonly string[], { tools }: ExistingClusterTools): Promise<RunResult> {
  const { runner, env, signal } = tools;
  const options = { env: { ...env, ...KUBECTL_ENV }, signal };
  const result = await runner.run('kubectl', ['config', 'view', '--output', 'json', ...args], options);
  if (result.status === 'not-found') throw new SlipwayError('CLUSTER_KUBECTL_NOT_FOUND', {});
  if (result.status === 'cancelled') signal.throwIfAborted();
  if (result.status !== 'ok') throw kubectlFailed(result);
  return result;
}

function assertNotExpired({ kubeContext }: ChosenContext, kubeconfig: unknown, now: number): void {
  const expiry = findExpiry(kubeconfig);
  if (expiry === undefined || expiry.getTime() > now) return;
  throw new SlipwayError('CLUSTER_CREDENTIALS_EXPIRED', { kubeContext, expired: expiry.toISOString() });
}

async function askVersion({ kubeContext, server }: ChosenContext, edge: ExistingClusterTools): Promise<string> {
  const target = { kubeconfig: edge.paths.kubeconfig, kubeContext, namespace: 'default' };
  const api = edge.options.openApi(target);
  const answer = await api.get('/version');
  if (answer.status === 'unreachable') {
    throw new SlipwayError('CLUSTER_UNREACHABLE', { kubeContext, server }, { toolOutput: answer.message });
  }
  if (answer.status === 'refused') throw rejected(answer.message);
  // Everybody may ask for the version of most servers, also with credentials that are not valid.
  const groups = await api.get('/apis');
  if (groups.status === 'refused' && groups.httpStatus === 401) throw rejected(groups.message);
  return (answer.body as { gitVersion: string }).gitVersion;

  function rejected(toolOutput: string): SlipwayError {
    return new SlipwayError('CLUSTER_CREDENTIALS_REJECTED', { kubeContext, server }, { toolOutput });
  }
}
