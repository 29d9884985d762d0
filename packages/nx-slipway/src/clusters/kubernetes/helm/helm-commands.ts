import { SlipwayError } from '../../../errors/slipway-error';
import type { RunResult } from '../../../exec/process-runner';
import type { HelmRelease } from '../../cluster';
import type { KubeTarget } from '../kube-target';
import type { KubernetesTools } from '../kubernetes-tools';

/** Variables by which helm (v3.19, pkg/cli/environment.go) would take another cluster than the pinned one. */
const HELM_TARGET_VARIABLES = [
  ...['HELM_KUBECONTEXT', 'HELM_NAMESPACE', 'HELM_KUBEAPISERVER', 'HELM_KUBETOKEN', 'HELM_KUBECAFILE'],
  ...['HELM_KUBEASUSER', 'HELM_KUBEASGROUPS', 'HELM_KUBETLS_SERVER_NAME', 'HELM_KUBEINSECURE_SKIP_TLS_VERIFY'],
];

/** Runs helm against the pinned kube context. A command that fails is a result. @throws {SlipwayError} CLUSTER_HELM_NOT_FOUND */
export async function runHelm(
  args: readonly string[],
  { target, tools }: Pick<KubernetesTools, 'target' | 'tools'>,
): Promise<RunResult> {
  const { runner, signal, env } = tools;
  signal.throwIfAborted();
  const unset = Object.fromEntries(HELM_TARGET_VARIABLES.map((name) => [name, undefined]));
  const pinnedEnv = { ...env, ...unset, KUBECONFIG: target.kubeconfig };
  const result = await runner.run('helm', [...args, ...buildHelmTargetArgs(target)], { signal, env: pinnedEnv });
  signal.throwIfAborted();
  if (result.status === 'not-found') throw new SlipwayError('CLUSTER_HELM_NOT_FOUND', {});
  return result;
}

/** Flags that pin a helm command to a kubeconfig and a kube context. Pure. */
export function buildHelmTargetArgs({ kubeconfig, kubeContext }: KubeTarget): string[] {
  return ['--kubeconfig', kubeconfig, '--kube-context', kubeContext];
}

/** Arguments of the command that installs a release, or upgrades it; hooks run. Pure. */
export function buildUpgradeArgs(release: HelmRelease, namespace: string, timeoutMs: number): string[] {
  const { name, chart, version, valuesFiles, values } = release;
  return [
    ...['upgrade', name, chart, '--install', '--create-namespace', '--namespace', namespace],
    ...(version === undefined ? [] : ['--version', version]),
    ...valuesFiles.flatMap((file) => ['--values', file]),
    ...Object.entries(values).flatMap(([path, value]) => ['--set-string', `${path}=${value}`]),
    ...['--timeout', `${Math.max(1, Math.round(timeoutMs / 1_000))}s`, '--output', 'json'],
  ];
}

/** Arguments of the command that removes a release, with all that it has; its hooks run. Pure. */
export function buildUninstallArgs(name: string, namespace: string, timeoutMs: number): string[] {
  const timeout = `${Math.max(1, Math.round(timeoutMs / 1_000))}s`;
  return ['uninstall', name, '--namespace', namespace, '--ignore-not-found', '--wait', '--timeout', timeout];
}
