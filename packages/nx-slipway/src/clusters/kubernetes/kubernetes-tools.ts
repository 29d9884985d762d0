import type { Tools } from '../../exec/tools';
import type { WritableKubeApi } from './kube-api';
import type { KubeTarget } from './kube-target';
import type { Kubectl } from './kubectl';

/** What the parts of a Kubernetes cluster work with. */
export interface KubernetesTools {
  /** Name of the cluster, as the plugin's option or the workspace's folder gives it. */
  readonly cluster: string;
  /** Absolute path. */
  readonly machineStore: string;
  readonly target: KubeTarget;
  readonly kubectl: Kubectl;
  readonly api: WritableKubeApi;
  readonly tools: Tools;
}
