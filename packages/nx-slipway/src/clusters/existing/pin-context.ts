import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { KUBECTL_ENV, kubectlFailed } from '../kubernetes/kubectl';
import { chooseContext, type ChosenContext, type KubeconfigView } from './choose-context';
import { assertContextAllowed, type ExistingClusterTools } from './existing-cluster-tools';
import { findExpiry } from './find-expiry';
import { readPin, writePin, writePinnedKubeconfig, type PinnedTarget } from './pinned-target';
import { hasRelativePath, resolveUserPaths, type KubeconfigFile } from './resolve-user-paths';

/**
 * Chooses the kube context, checks that it may be used and that it can be, and keeps it for every later task. What the user's kubeconfig
 * holds of other contexts is not read further than their names and servers; nothing is sent to a server that is not allowed.
 * @throws {SlipwayError} CLUSTER_CONTEXT_UNKNOWN, CLUSTER_CONTEXT_NOT_ALLOWED, CLUSTER_CREDENTIALS_EXPIRED, CLUSTER_CREDENTIALS_REJECTED, CLUSTER_UNREACHABLE
 */
export async function pinContext(namespace: string, edge: ExistingClusterTools): Promise<PinnedTarget> {
  const chosen = await findContext(edge);
  assertContextAllowed(chosen, edge.options.allowedKubeContexts);
  const { stdout } = await viewConfig(['--raw', '--flatten', '--minify', '--context', chosen.kubeContext], edge);
  const flat = JSON.parse(stdout) as Parameters<typeof resolveUserPaths>[0];
  assertNotExpired(chosen, flat, edge.tools.clock.now());
  const files = hasRelativePath(flat) ? await readKubeconfigs(edge.tools.env) : [];
  const kubeconfig = JSON.stringify(resolveUserPaths(flat, files));
  await dropPinOfAnother(chosen, edge);
  const version = await tryKubeconfig(kubeconfig, chosen, edge);
  const pin: PinnedTarget = {
    schemaVersion: 1,
    kubeContext: chosen.kubeContext,
    server: chosen.server,
    namespace,
    version,
  };
  await writePinnedKubeconfig(edge.paths, kubeconfig);
  await writePin(edge.paths, pin);
  return pin;
}

/** Deploys of another run may go by the pin that is there. One that leads somewhere else is without effect from now on, whether or not the server answers. */
async function dropPinOfAnother(
  { kubeContext, server }: ChosenContext,
  { paths }: ExistingClusterTools,
): Promise<void> {
  const before = await readPin(paths).catch(() => undefined);
  if (before?.kubeContext !== kubeContext || before.server !== server) await rm(paths.pinFile, { force: true });
}

/** Asks a cluster for its version by a kubeconfig that nobody else goes by yet. */
async function tryKubeconfig(content: string, chosen: ChosenContext, edge: ExistingClusterTools): Promise<string> {
  const kubeconfig = `${edge.paths.kubeconfig}.${randomUUID()}.tmp`;
  try {
    await writePinnedKubeconfig({ ...edge.paths, kubeconfig }, content);
    return await askVersion(chosen, kubeconfig, edge);
  } finally {
    await rm(kubeconfig, { force: true });
  }
}

/** The files that kubectl has merged (tools/clientcmd v0.34, `NewDefaultClientConfigLoadingRules`); one that is not there holds nothing. */
async function readKubeconfigs(env: Tools['env']): Promise<KubeconfigFile[]> {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const paths = named.length > 0 ? named : [join(env['HOME'] || homedir(), '.kube', 'config')];
  const read = paths.map(async (path): Promise<KubeconfigFile[]> => {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return text === undefined ? [] : [{ path: resolve(path), text }];
  });
  return (await Promise.all(read)).flat();
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

async function askVersion(
  { kubeContext, server }: ChosenContext,
  kubeconfig: string,
  edge: ExistingClusterTools,
): Promise<string> {
  const target = { kubeconfig, kubeContext, namespace: 'default' };
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
