import { join } from 'node:path';
import type { ClusterPaths } from './cluster-paths';
import { hardwareAddressOf } from './allocate-addresses';
import { clusterFilter, podmanLabels } from './podman-labels';
import type { RenderedContainer, RenderedMount, RenderedPod } from './rendered-pod';

/** A cluster as podman's arguments need it. */
export interface ClusterPlace {
  /** The cluster's name, and its network's. */
  readonly cluster: string;
  readonly owner: string;
  readonly paths: ClusterPaths;
  /** Name in podman of a claim's volume to the folder that it is. */
  readonly volumeFolders: ReadonlyMap<string, string>;
}

/** One call that tells everything that there is of a cluster. */
export function buildListArgs(cluster: string): string[] {
  return ['ps', '--all', ...clusterFilter(cluster), '--format', 'json'];
}

/** The network of a cluster. Without podman's DNS: names come from the hosts file, and nothing has to run for them. */
export function buildNetworkCreateArgs(cluster: string, machineStore: string): string[] {
  return [
    'network',
    'create',
    '--disable-dns',
    ...['--label', `${podmanLabels.cluster}=${cluster}`],
    ...['--label', `${podmanLabels.machineStore}=${machineStore}`],
    cluster,
  ];
}

/** A claim's volume. The owner is given so that podman leaves owner and mode alone when a container first mounts it. */
export function buildVolumeCreateArgs(cluster: string, volume: string): string[] {
  return ['volume', 'create', '--opt', 'o=uid=0,gid=0', '--label', `${podmanLabels.cluster}=${cluster}`, volume];
}

/** An empty pod at its address, with its published ports. */
export function buildPodCreateArgs(pod: RenderedPod, place: ClusterPlace): string[] {
  return [
    'pod',
    'create',
    ...['--name', pod.podmanName],
    ...['--network', `${place.cluster}:ip=${pod.address},mac=${hardwareAddressOf(pod.address)}`],
    '--no-hosts',
    ...['--hostname', hostnameOf(pod)],
    ...labelArgs(pod, place),
    ...pod.publishedPorts.flatMap(({ nodePort, targetPort, protocol }) => [
      '--publish',
      `127.0.0.1:${nodePort}:${targetPort}/${protocol.toLowerCase()}`,
    ]),
  ];
}

/**
 * One container of a pod. Values of variables are not in here: they are in `environmentFile`, so that no process list shows them.
 * A container of a Job or an init container is never restarted by podman: we count its tries.
 */
export function buildRunArgs(
  pod: RenderedPod,
  container: RenderedContainer,
  place: ClusterPlace,
  start: {
    readonly role: 'init' | 'main';
    readonly environmentFile: string;
    readonly variableNames: readonly string[];
  },
): string[] {
  return [
    'run',
    ...(start.role === 'main' ? ['--detach'] : []),
    ...['--pod', pod.podmanName],
    ...['--name', container.podmanName],
    ...['--pull', 'never'],
    ...['--restart', start.role === 'init' ? 'no' : restartOf(pod)],
    ...['--stop-timeout', String(pod.gracePeriodSeconds)],
    // podman would hand the proxies of this machine to every container.
    '--http-proxy=false',
    ...['--log-driver', 'k8s-file'],
    ...labelArgs(pod, place),
    ...['--label', `${podmanLabels.container}=${container.name}`],
    ...['--env-file', start.environmentFile],
    ...start.variableNames.flatMap((name) => ['--env', name]),
    ...['--volume', `${place.paths.hostsFile(pod.namespace)}:/etc/hosts:ro`],
    ...container.mounts.flatMap((mount) => mountArgs(mount, pod, place)),
    ...confinementArgs(container),
    ...(container.memoryBytes === undefined ? [] : ['--memory', String(container.memoryBytes)]),
    ...(container.cpus === undefined ? [] : ['--cpus', String(container.cpus)]),
    ...(container.workingDir === undefined ? [] : ['--workdir', container.workingDir]),
    ...(container.entrypoint === undefined ? [] : ['--entrypoint', JSON.stringify(container.entrypoint)]),
    container.image,
    ...container.args,
  ];
}

/** Where a mount comes from on this machine; `undefined` for one that is memory, or a whole claim. Pure. */
export function mountSource(mount: RenderedMount, pod: RenderedPod, place: ClusterPlace): string | undefined {
  switch (mount.kind) {
    case 'config':
      return join(place.paths.configFolder, mount.digest, mount.subPath);
    case 'empty-dir':
      return join(place.paths.podFolder(pod.podmanName), 'volumes', mount.volume, mount.subPath);
    case 'host-path':
      return join(mount.path, mount.subPath);
    case 'claim':
      return mount.subPath === ''
        ? undefined
        : join(place.volumeFolders.get(mount.podmanVolume) ?? mount.podmanVolume, mount.subPath);
    case 'memory':
      return undefined;
  }
}

function mountArgs(mount: RenderedMount, pod: RenderedPod, place: ClusterPlace): string[] {
  if (mount.kind === 'memory') return ['--tmpfs', `${mount.mountPath}:rw,mode=1777`];
  const options = mount.readOnly ? 'ro' : 'rw';
  const source = mountSource(mount, pod, place);
  if (source !== undefined) return ['--volume', `${source}:${mount.mountPath}:${options}`];
  return mount.kind === 'claim' ? ['--volume', `${mount.podmanVolume}:${mount.mountPath}:${options},nocopy`] : [];
}

function confinementArgs(container: RenderedContainer): string[] {
  return [
    ...(container.user === undefined ? [] : ['--user', container.user]),
    ...container.groups.flatMap((group) => ['--group-add', String(group)]),
    // podman's own tmpfs over /tmp, /run and /var/tmp is not what Kubernetes does.
    ...(container.readOnlyRoot ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(container.noNewPrivileges ? ['--security-opt', 'no-new-privileges'] : []),
    ...(container.unconfinedSeccomp ? ['--security-opt', 'seccomp=unconfined'] : []),
    ...(container.privileged ? ['--privileged'] : []),
    ...container.addedCapabilities.flatMap((capability) => ['--cap-add', capability]),
    ...container.droppedCapabilities.flatMap((capability) => ['--cap-drop', capability]),
  ];
}

function labelArgs(pod: RenderedPod, { cluster, owner }: ClusterPlace): string[] {
  const labels = {
    [podmanLabels.cluster]: cluster,
    [podmanLabels.owner]: owner,
    [podmanLabels.namespace]: pod.namespace,
    [podmanLabels.workload]: `${pod.workload.kind}/${pod.workload.name}`,
    [podmanLabels.pod]: pod.name,
    [podmanLabels.hash]: pod.hash,
    [podmanLabels.address]: pod.address,
  };
  return Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]);
}

function restartOf({ workload, restartPolicy }: RenderedPod): string {
  if (workload.kind === 'Job' || restartPolicy === 'Never') return 'no';
  return restartPolicy === 'Always' ? 'always' : 'on-failure';
}

/** The kernel takes 64 bytes; Kubernetes cuts to 63 too. */
function hostnameOf({ hostname }: RenderedPod): string {
  return hostname.slice(0, 63).replace(/[-.]+$/, '');
}
