import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import type { Cluster } from '../clusters/cluster';
import { clusterChoiceSchema, resolveClusterChoice, type ClusterChoice } from '../clusters/cluster-choice';
import { createPodmanCluster } from '../clusters/podman/podman-cluster';
import type { ImageStore } from '../engines/image-store';
import type { Tools } from '../exec/tools';
import type { TaskPlace } from './task-place';

/** Options that every executor with a cluster has. */
export const clusterOptionsShape = {
  engine: z.string().optional(),
  cluster: clusterChoiceSchema.optional(),
};

/** Which cluster a task speaks to. */
export interface TaskCluster {
  readonly cluster?: ClusterChoice | undefined;
}

/**
 * Opens the cluster of a task: `NX_SLIPWAY_CLUSTER`, else the option, else podman. What is for Kubernetes is not loaded for podman.
 * @throws {SlipwayError} CONFIG_CLUSTER_UNSUPPORTED, CONFIG_CLUSTER_OPTION_INAPPLICABLE
 */
export async function openCluster(
  { cluster }: TaskCluster,
  place: TaskPlace,
  images: ImageStore,
  tools: Tools,
): Promise<Cluster> {
  const choice = resolveClusterChoice(cluster, tools.env);
  const name = choice.name ?? defaultClusterName(place.workspaceRoot);
  if (choice.provider === 'podman') {
    return createPodmanCluster({ name, machineStore: place.machineStore, images, tools });
  }
  const { openKubernetesCluster } = await import('./open-kubernetes-cluster.js');
  return openKubernetesCluster({ choice, name, place, images, tools });
}

/**
 * Name of a workspace's own cluster: the folder's name, and six hex of its real path, so that two checkouts on one machine
 * do not deploy into each other. At most 40 characters, a DNS label.
 */
export function defaultClusterName(workspaceRoot: string): string {
  return clusterNameOfPath(realpathSync(workspaceRoot));
}

/** The same for a real path, whether it is there or not. Pure. */
export function clusterNameOfPath(path: string): string {
  const slug = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 33);
  return [slug, createHash('sha256').update(path).digest('hex').slice(0, 6)].filter(Boolean).join('-');
}
