import { createHash } from 'node:crypto';
import { SlipwayError } from '../../errors/slipway-error';
import type { ConfigSource } from './config-source';
import type { DesiredPod } from './desired-pods';
import { renderContainer, type ContainerQuestion } from './render-container';
import { renderConfigFolder, type ConfigFolder } from './render-config-folder';
import type { RenderedPod } from './rendered-pod';
import type { PodFacts } from './resolve-environment';
import type { PublishedPort } from './resolve-services';

/** What decides a pod, besides its template. */
export interface PodQuestion {
  readonly cluster: string;
  readonly pod: DesiredPod;
  readonly address: string;
  readonly publishedPorts: readonly PublishedPort[];
  readonly configs: ConfigSource;
  /** `namespace/name` of every claim of the cluster. */
  readonly claims: ReadonlySet<string>;
  /** Image tag to image ID. */
  readonly imageIds: ReadonlyMap<string, string>;
}

/** Kubernetes gives 30 s; a container that does not heed SIGTERM would cost that at each replacement. podman's own default. */
const DEFAULT_GRACE_PERIOD_SECONDS = 10;

/** Names in podman begin with the cluster's, which tells them from anybody else's. Pure. */
export function podmanNameOf(cluster: string, namespace: string, name: string): string {
  return `${cluster}_${namespace}_${name}`;
}

/**
 * Resolves a pod: configuration, environment, volumes, probes, names. Two pods with the same hash behave the same. Pure.
 * @throws {SlipwayError} CLUSTER_REFERENCE_MISSING, CLUSTER_OBJECT_INVALID, CLUSTER_UNSUPPORTED_FIELD
 */
export function renderPod({
  cluster,
  pod,
  address,
  publishedPorts,
  configs,
  claims,
  imageIds,
}: PodQuestion): RenderedPod {
  const { namespace, name, spec, source } = pod;
  const facts: PodFacts = { namespace, name, labels: pod.labels, address, source };
  const fsGroup = spec.securityContext?.fsGroup;
  const configFolders = new Map<string, ConfigFolder>();
  for (const volume of spec.volumes) {
    const folder = renderConfigFolder(volume, facts, configs, fsGroup);
    if (folder) configFolders.set(volume.name, folder);
  }
  const claimVolumes = claimVolumesOf(cluster, pod, claims);
  const podmanName = podmanNameOf(cluster, namespace, name);
  const question: ContainerQuestion = { podmanName, pod, facts, configs, configFolders, claimVolumes, imageIds };
  const rendered = {
    namespace,
    name,
    podmanName,
    workload: pod.workload,
    source,
    hostname: pod.hostname,
    address,
    publishedPorts,
    restartPolicy: pod.restartPolicy,
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_PERIOD_SECONDS,
    initContainers: spec.initContainers.map((container) => renderContainer(container, question)),
    containers: spec.containers.map((container) => renderContainer(container, question)),
    configFolders: [...configFolders.values()],
    emptyDirs: spec.volumes.filter(({ emptyDir }) => emptyDir !== undefined).map((volume) => volume.name),
    ...(fsGroup === undefined ? {} : { fsGroup }),
    claimVolumes: [...claimVolumes.values()],
  };
  return { ...rendered, hash: hashOf(rendered) };
}

function claimVolumesOf(cluster: string, pod: DesiredPod, claims: ReadonlySet<string>): Map<string, string> {
  const named = pod.spec.volumes.flatMap((volume) =>
    volume.persistentVolumeClaim ? [[volume.name, volume.persistentVolumeClaim.claimName] as const] : [],
  );
  const volumes = new Map<string, string>();
  for (const [volume, claim] of [...named, ...Object.entries(pod.templateClaims)]) {
    if (!claims.has(`${pod.namespace}/${claim}`)) {
      const reference = `PersistentVolumeClaim ${pod.namespace}/${claim}`;
      throw new SlipwayError('CLUSTER_REFERENCE_MISSING', { source: pod.source, pod: pod.name, reference });
    }
    volumes.set(volume, podmanNameOf(cluster, pod.namespace, claim));
  }
  return volumes;
}

/** Where a manifest stands does not change what runs; files count by the digest of their folder. */
function hashOf(pod: Omit<RenderedPod, 'hash'>): string {
  const content = JSON.stringify({ ...pod, source: '', configFolders: pod.configFolders.map(({ digest }) => digest) });
  return createHash('sha256').update(content).digest('hex');
}
