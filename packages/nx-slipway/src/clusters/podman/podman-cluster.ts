import { imageTagOf } from '../../artifact/image-record';
import type { ImageStore } from '../../engines/image-store';
import { detectPodmanVersion } from '../../engines/podman/detect-podman';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { Cluster } from '../cluster';
import { imageMissing } from './assert-images';
import { clusterPathsOf } from './cluster-paths';
import type { ClusterTools } from './cluster-tools';
import { confirmDeploy } from './confirm-deploy';
import { createPodListing } from './pod-listing';
import { createPodmanCommands } from './podman-commands';
import { startCluster } from './start-cluster';

/** Which cluster, and what it works with. */
export interface PodmanClusterOptions {
  /** A DNS label; also the name of its network and the beginning of the names of its pods and volumes. */
  readonly name: string;
  /** Absolute path. */
  readonly machineStore: string;
  readonly images: ImageStore;
  readonly tools: Tools;
}

/**
 * The podman cluster: a small kubelet over `podman pod create` and `podman run --pod`, without Kubernetes. All pods are on one
 * network, at fixed addresses; names resolve by a hosts file that all of them mount; NodePorts are published on 127.0.0.1.
 * Its scope is what a small system of services needs; anything else is an error that names it. What a task does not ask for is
 * not evaluated in its process: the schemas of manifests alone cost 15 ms.
 */
export function createPodmanCluster({ name, machineStore, images, tools }: PodmanClusterOptions): Cluster {
  const podman = createPodmanCommands(tools);
  const edge: ClusterTools = {
    cluster: name,
    machineStore,
    paths: clusterPathsOf(machineStore, name),
    images,
    podman,
    listPods: createPodListing(name, podman),
    tools,
  };
  const version = (): Promise<string> => detectPodmanVersion(machineStore, tools);
  return {
    provider: 'podman',
    name,
    version,
    up: async () => {
      assertRootful();
      const found = await version();
      return { change: await startCluster(edge), version: found };
    },
    down: async () => {
      const { stopCluster } = await import('./stop-cluster.js');
      return { removed: await stopCluster(edge) };
    },
    loadImages: async (records) => {
      const tags = records.map((record) => imageTagOf(record.name, record.imageId));
      const stored = await images.findImages(tags);
      return records.map((record, index) => {
        const tag = tags[index] ?? '';
        const found = stored.get(tag)?.imageId;
        if (found !== record.imageId) throw imageMissing(tag, record.imageId, found);
        return { image: record.name, status: 'present', sentBytes: 0 };
      });
    },
    confirm: async (request) => {
      assertRootful();
      return confirmDeploy(request, edge);
    },
    deploy: async (request) => {
      assertRootful();
      const { deployObjects } = await import('./deploy-objects.js');
      return deployObjects(request, edge);
    },
    collectDiagnostics: async (owners, folder) => {
      const { collectDiagnostics } = await import('./collect-diagnostics.js');
      return collectDiagnostics(owners, folder, edge);
    },
  };
}

/** @throws {SlipwayError} CLUSTER_ROOTLESS_UNSUPPORTED */
function assertRootful(): void {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) throw new SlipwayError('CLUSTER_ROOTLESS_UNSUPPORTED', { uid });
}
