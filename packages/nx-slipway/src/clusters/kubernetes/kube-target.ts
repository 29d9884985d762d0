/** Which Kubernetes cluster and namespace: resolved once, checked to be allowed, and passed to every child process. */
export interface KubeTarget {
  /** Absolute path of a kubeconfig. For a cluster that this plugin made: its own file, in the machine store. */
  readonly kubeconfig: string;
  /** Name of the kube context in that file. */
  readonly kubeContext: string;
  /** Where objects that name no namespace go. */
  readonly namespace: string;
}
