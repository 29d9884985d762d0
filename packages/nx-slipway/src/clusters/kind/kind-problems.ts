import type { InotifyUse } from './inotify-instances';

/** What kind v0.33, the engines and kubeadm say of a node that has ended while it was started, or whose kubelet does not run. */
const NODE_FAILED =
  /could not find a log line that matches "Reached target|container state improper|container \S+ is not running|too many open files|The kubelet is not healthy after/i;

/**
 * Whether kind made no cluster because a node had no inotify instances left. Without one systemd ends at once; with too few containerd runs without its
 * part for Kubernetes, and kubeadm waits four minutes for the kubelet; nobody says why. That a node failed is what was printed, and that the
 * nodes need more than is left is counted: without both it is something else.
 * Recorded outputs are in the unit test. Pure.
 */
export function lacksInotifyInstances(output: string, { used, limit }: InotifyUse, need: number): boolean {
  return NODE_FAILED.test(output) && limit - used < need;
}
