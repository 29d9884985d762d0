import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { KubeApi } from '../kubernetes/kube-api';
import type { KubeTarget } from '../kubernetes/kube-target';
import { createKubectl } from '../kubernetes/kubectl';
import type { NamespaceRequest, NamespaceTools } from '../kubernetes/namespaces/ensure-namespace';
import { isContextAllowed, type ChosenContext } from './choose-context';
import type { PinnedTarget, PinPaths } from './pinned-target';

/** Which cluster that is there, and who may be deployed to it. */
export interface ExistingClusterOptions {
  /** A name of this machine store for it; workspaces that share the name share the choice of the kube context. */
  readonly name: string;
  /** Absolute path. */
  readonly machineStore: string;
  /** Not given: the current one when `cluster-up` runs. */
  readonly kubeContext?: string | undefined;
  /** Names of kube contexts, `*` standing for any characters. Nothing is allowed by default. */
  readonly allowedKubeContexts: readonly string[];
  /** The namespace and its marks, evaluated by `cluster-up`. */
  readonly namespace: () => NamespaceRequest;
  readonly openApi: (target: KubeTarget) => KubeApi;
  readonly tools: Tools;
}

/** An existing cluster and the effects that work on it. */
export interface ExistingClusterTools {
  readonly options: ExistingClusterOptions;
  readonly paths: PinPaths;
  readonly tools: Tools;
}

/** @throws {SlipwayError} CLUSTER_CONTEXT_NOT_ALLOWED, naming what was found */
export function assertContextAllowed({ kubeContext, server, origin }: ChosenContext, allowed: readonly string[]): void {
  if (isContextAllowed(kubeContext, allowed)) return;
  const facts = { kubeContext, server, origin, allowed: allowed.join(', ') || 'nothing' };
  throw new SlipwayError('CLUSTER_CONTEXT_NOT_ALLOWED', facts);
}

/** What a pin stands for. Pure. */
export function targetOf(
  { kubeContext, namespace }: PinnedTarget,
  { paths }: Pick<ExistingClusterTools, 'paths'>,
): KubeTarget {
  return { kubeconfig: paths.kubeconfig, kubeContext, namespace };
}

/** What works on namespaces of a target. */
export function openNamespaceTools(target: KubeTarget, { options, tools }: ExistingClusterTools): NamespaceTools {
  return { api: options.openApi(target), kubectl: createKubectl(target, tools), tools };
}
