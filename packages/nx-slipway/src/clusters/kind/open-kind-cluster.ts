import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { KubeApi } from '../kubernetes/kube-api';
import type { KubernetesProvider } from '../kubernetes/kubernetes-provider';
import type { KubeTarget } from '../kubernetes/kube-target';
import type { NamespaceTools } from '../kubernetes/namespaces/ensure-namespace';
import { kindContextOf, kindPathsOf, type KindClusterTools } from './kind-cluster-tools';
import { createKindCommands } from './kind-commands';
import { readKindState, type KindState } from './kind-state';
import { openNodeContainers } from './node-containers';
import { podNodesOf } from './parse-node-listing';
import type { NodeFile } from './create-kind-cluster';

/** The option `cluster.kind`. */
export interface KindOptions {
  /** Workspace-relative path of a kind config. Not given: one node. */
  readonly config?: string | undefined;
  /** Not given: that of the kind config, else of the installed kind. */
  readonly nodeImage?: string | undefined;
  /** Default: false. */
  readonly recreate?: boolean | undefined;
}

/** Which cluster, and what it works with. */
export interface KindClusterOptions {
  /** A DNS label of at most 40 characters; nodes are called by it. */
  readonly name: string;
  /** The engine that builds the images; its containers are the nodes, unless KIND_EXPERIMENTAL_PROVIDER says otherwise. */
  readonly engine: Engine;
  /** Absolute paths. */
  readonly workspaceRoot: string;
  readonly machineStore: string;
  readonly kind?: KindOptions | undefined;
  /** Where objects without a namespace go. Default: `default`. */
  readonly namespace?: string | undefined;
  /** Opens the API of the cluster, once for each look at it. */
  readonly openApi: (target: KubeTarget) => KubeApi;
  /** How containerd of the nodes reaches a registry: patches of its config, and files. */
  readonly registryWiring?:
    { readonly containerdConfigPatches: readonly string[]; readonly nodeFiles: readonly NodeFile[] } | undefined;
  /** Makes the namespace, where it is not one that each cluster has. */
  readonly ensureNamespace?: (target: KubeTarget, edge: NamespaceTools) => Promise<void>;
  readonly tools: Tools;
}

/** kind's own variable, by which a user chooses what the nodes are containers of (kind v0.33, pkg/cluster/provider.go). */
export const KIND_ENGINE_VARIABLE = 'KIND_EXPERIMENTAL_PROVIDER';

/**
 * A kind cluster of this machine store: real Kubernetes whose nodes are containers of podman or docker. It has a kubeconfig of its own in
 * the machine store; the user's is neither read nor written. What only `up` and `down` need is not loaded for a deploy.
 * @throws {SlipwayError} CLUSTER_KIND_ENGINE_UNSUPPORTED
 */
export function openKindCluster(options: KindClusterOptions): KubernetesProvider {
  const { name, machineStore, tools, namespace = 'default' } = options;
  const engine = chooseEngine(options.engine, tools.env);
  const edge: KindClusterTools = {
    cluster: name,
    engine,
    machineStore,
    paths: kindPathsOf(machineStore, engine, name),
    kind: createKindCommands(name, engine, tools),
    nodes: openNodeContainers(name, engine, tools),
    openApi: options.openApi,
    tools,
  };
  const resolveTarget = async (): Promise<KubeTarget> => {
    await readUpState(edge);
    return { kubeconfig: edge.paths.kubeconfig, kubeContext: kindContextOf(name), namespace };
  };
  return {
    provider: 'kind',
    name,
    resolveTarget,
    version: async () => (await readUpState(edge)).version,
    up: async () => {
      const { startKindCluster } = await import('./start-kind-cluster.js');
      return startKindCluster({ recipe: await readRecipe(options), recreate: options.kind?.recreate ?? false }, edge);
    },
    down: async () => {
      const { stopKindCluster } = await import('./stop-kind-cluster.js');
      return { removed: await stopKindCluster(edge) };
    },
    listNodes: async () => {
      const nodes = podNodesOf(await edge.nodes.list()).filter(({ state }) => state === 'running');
      if (nodes.length === 0) throw new SlipwayError('CLUSTER_NOT_UP', { cluster: name });
      return nodes.map((node) => edge.nodes.open(node));
    },
    ensureNamespace: async (namespaceTools) => options.ensureNamespace?.(await resolveTarget(), namespaceTools),
  };
}

function chooseEngine(engine: Engine, env: Tools['env']): Engine {
  const chosen = env[KIND_ENGINE_VARIABLE] || engine;
  if (chosen === 'podman' || chosen === 'docker') return chosen;
  throw new SlipwayError('CLUSTER_KIND_ENGINE_UNSUPPORTED', { engine: chosen });
}

async function readUpState({ cluster, paths }: KindClusterTools): Promise<KindState> {
  const state = await readKindState(paths);
  if (state?.status !== 'up' || !existsSync(paths.kubeconfig)) throw new SlipwayError('CLUSTER_NOT_UP', { cluster });
  return state;
}

async function readRecipe({ kind = {}, workspaceRoot, registryWiring }: KindClusterOptions) {
  const [{ renderKindConfig }, { detectMachineNeeds }] = await Promise.all([
    import('./render-kind-config.js'),
    import('./machine-needs.js'),
  ]);
  const needs = detectMachineNeeds(process.platform, readIfThere);
  const userConfig =
    kind.config === undefined ? undefined : { file: kind.config, text: readUserConfig(workspaceRoot, kind.config) };
  const containerdConfigPatches = registryWiring?.containerdConfigPatches ?? [];
  return {
    config: renderKindConfig({ userConfig, needs, containerdConfigPatches }),
    nodeImage: kind.nodeImage,
    folder: workspaceRoot,
    nodeFiles: registryWiring?.nodeFiles ?? [],
  };
}

function readUserConfig(workspaceRoot: string, file: string): string {
  try {
    return readFileSync(join(workspaceRoot, file), 'utf8');
  } catch (error) {
    throw new SlipwayError('CONFIG_KIND_CONFIG_INVALID', { file, reason: (error as Error).message });
  }
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
