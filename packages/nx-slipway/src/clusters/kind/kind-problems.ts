import type { InotifyUse } from './inotify-instances';

/** What kind v0.33 and the engines say of a node that has ended while it was started. */
const NODE_ENDED =
  /could not find a log line that matches "Reached target|container state improper|container \S+ is not running|too many open files/i;

/**
 * Whether kind made no cluster because systemd in a node had no inotify instance left, at which it ends at once; neither kind nor the engine says
 * why. That a node ended is what was printed, and that the nodes need more than is left is counted: without both it is something else.
 * Recorded outputs are in the unit test. Pure.
 */
export function lacksInotifyInstances(output: string, { used, limit }: InotifyUse, need: number): boolean {
  return NODE_ENDED.test(output) && limit - used < need;
}
