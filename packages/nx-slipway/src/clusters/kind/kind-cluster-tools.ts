import { join } from 'node:path';
import type { Engine } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';
import { withLock } from '../../scheduling/machine-lock';
import type { KubeApi } from '../kubernetes/kube-api';
import type { KubeTarget } from '../kubernetes/kube-target';
import type { NodeContainers } from './node-containers';
import type { KindCommands } from './kind-commands';

/** Where a kind cluster keeps what it must remember, all below one folder (0700) of the machine store. */
export interface KindPaths {
  readonly folder: string;
  /** The cluster's own kubeconfig; the user's is never touched. */
  readonly kubeconfig: string;
  /** What kind was given. */
  readonly configFile: string;
  readonly stateFile: string;
}

/** One kind cluster and the effects that work on it. */
export interface KindClusterTools {
  readonly cluster: string;
  /** What the nodes are containers of. */
  readonly engine: Engine;
  readonly machineStore: string;
  readonly paths: KindPaths;
  readonly kind: KindCommands;
  readonly nodes: NodeContainers;
  readonly openApi: (target: KubeTarget) => KubeApi;
  readonly tools: Tools;
}

/** The paths of one cluster: podman and docker may each have one of the same name. Pure. */
export function kindPathsOf(machineStore: string, engine: Engine, cluster: string): KindPaths {
  const folder = join(machineStore, 'kind', engine, cluster);
  return {
    folder,
    kubeconfig: join(folder, 'kubeconfig'),
    configFile: join(folder, 'kind-config.yaml'),
    stateFile: join(folder, 'state.json'),
  };
}

/** How kind calls the kube context of a cluster. Pure. */
export function kindContextOf(cluster: string): string {
  return `kind-${cluster}`;
}

/** Runs `work` while nobody else on this machine starts or removes the cluster; says so when it has to wait. */
export async function withKindLock<Result>(
  { cluster, engine, machineStore, tools }: KindClusterTools,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(`kind:${engine}:${cluster}`, { machineStore, signal: tools.signal }, work, () =>
    tools.log.line(`Waiting: another process starts or removes the kind cluster ${cluster}.`),
  );
}
