import type { ImageStore } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';
import { withFreeLock, withLock } from '../../scheduling/machine-lock';
import type { ClusterPaths } from './cluster-paths';
import type { PodListing } from './pod-listing';
import type { PodmanCommands } from './podman-commands';

/** One podman cluster and the effects that work on it. */
export interface ClusterTools {
  readonly cluster: string;
  readonly machineStore: string;
  readonly paths: ClusterPaths;
  /** podman's own storage, whichever engine built the images. */
  readonly images: ImageStore;
  readonly podman: PodmanCommands;
  readonly listPods: PodListing;
  readonly tools: Tools;
}

/** Runs `work` while nobody else changes what the cluster remembers. Held shortly: never while a pod starts. */
export async function withClusterLock<Result>(
  { cluster, machineStore, tools }: ClusterTools,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(`cluster:${cluster}`, { machineStore, signal: tools.signal }, work);
}

/** Runs `work` while nobody else prepares the same volume. */
export async function withVolumeLock<Result>(
  { cluster, machineStore, tools }: ClusterTools,
  volume: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(`cluster:${cluster}:volume:${volume}`, { machineStore, signal: tools.signal }, work);
}

/** Runs `work` while nobody else deploys for the same owner. */
export async function withOwnerLock<Result>(
  { cluster, machineStore, tools }: ClusterTools,
  owner: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const onWait = (): void => tools.log.line(`waits for another deploy of ${owner} on this machine`);
  return withLock(ownerLock(cluster, owner), { machineStore, signal: tools.signal }, work, onWait);
}

/** Runs `work` while nobody else deploys for the same owner; `undefined`, and nothing is run, when somebody does. */
export async function withFreeOwnerLock<Result>(
  { cluster, machineStore, tools }: ClusterTools,
  owner: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  return withFreeLock(ownerLock(cluster, owner), { machineStore, signal: tools.signal }, work);
}

function ownerLock(cluster: string, owner: string): string {
  return `cluster:${cluster}:deploy:${owner}`;
}
