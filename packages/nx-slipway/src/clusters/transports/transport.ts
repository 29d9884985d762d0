import type { ImageRecord } from '../../artifact/image-record';
import type { RunOptions, RunResult } from '../../exec/process-runner';
import type { LoadReport } from '../cluster';

/** A node whose containerd takes images, reached by running commands in it. */
export interface ClusterNode {
  readonly name: string;
  /** Runs a command in the node as root, e.g. `['ctr', '--namespace=k8s.io', 'images', 'ls']`. A command that fails is a result. */
  exec(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** How bytes reach the nodes of a cluster. */
export interface Transport {
  readonly kind: 'layers' | 'archive' | 'registry';
  /**
   * Afterwards every node can start pods from each image, under the reference that `referenceOf` gives, with its image ID. Looks
   * first, except `archive`; sends what is missing. Never builds.
   * @throws {SlipwayError} CLUSTER_SOURCE_IMAGE_MISSING, CLUSTER_NODE_UNREACHABLE, CLUSTER_NODE_LOAD_FAILED, CLUSTER_NODE_DISK_FULL,
   *   CLUSTER_PUSH_FAILED, the ENGINE codes
   */
  loadImages(images: readonly ImageRecord[]): Promise<readonly LoadReport[]>;
  /** What manifests get: `localhost/<name>:i-<24 hex>`, or `<repository>/<name>:i-<24 hex>` where a registry is between. Pure. */
  referenceOf(image: ImageRecord): string;
}
