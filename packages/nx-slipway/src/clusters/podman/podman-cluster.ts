import { imageTagOf } from '../../artifact/image-record';
import type { ImageStore } from '../../engines/image-store';
import { detectPodmanVersion } from '../../engines/podman/detect-podman';
import { createPodmanImageStore } from '../../engines/podman/podman-image-store';
import { rememberFoundImages } from '../../engines/remembering-image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { hasUrl } from '../../artifact/endpoint';
import type { Cluster } from '../cluster';
import { clusterPathsOf } from './cluster-paths';
import type { ClusterTools } from './cluster-tools';
import { confirmDeploy } from './confirm-deploy';
import { loadImages } from './load-images';
import { openCoverageFolders } from './open-coverage-folders';
import { createPodListing } from './pod-listing';
import { createPodmanCommands } from './podman-commands';
import { startCluster } from './start-cluster';

/** Which cluster, and what it works with. */
export interface PodmanClusterOptions {
  /** A DNS label; also the name of its network and the beginning of the names of its pods and volumes. */
  readonly name: string;
  /** Absolute path. */
  readonly machineStore: string;
  /** Where images come from; the engine that built them. */
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
    images: images.engine === 'podman' ? images : rememberFoundImages(createPodmanImageStore(tools)),
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
    referenceOf: ({ name: image, imageId }) => imageTagOf(image, imageId),
    loadImages: (records) => loadImages(records, images, edge),
    confirm: async (request) => {
      assertRootful();
      return confirmDeploy(request, edge);
    },
    deploy: async (request) => {
      assertRootful();
      const { deployObjects } = await import('./deploy-objects.js');
      return deployObjects(request, edge);
    },
    coverage: openCoverageFolders(edge),
    // NodePorts are published on 127.0.0.1 as long as their pods are there.
    openEndpoints: (endpoints) =>
      Promise.resolve({
        endpoints: endpoints.filter(hasUrl),
        close: () => Promise.resolve(),
      }),
    describeAccess: () => Promise.resolve(undefined),
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
