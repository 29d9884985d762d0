import { SlipwayError } from '../../errors/slipway-error';
import type { ConfigSource } from './config-source';
import type { DesiredPod } from './desired-pods';
import { expandVariables } from './expand-variables';
import type { ContainerManifest, ProbeManifest, VolumeMountManifest } from './manifest-schemas';
import { parseQuantity } from './quantity';
import type { ConfigFolder } from './render-config-folder';
import type { ProbeAction, RenderedContainer, RenderedMount, RenderedProbe } from './rendered-pod';
import { resolveEnvironment, type PodFacts } from './resolve-environment';
import { findNamedPort } from './resolve-services';

/** What decides a container, besides its manifest. */
export interface ContainerQuestion {
  readonly podmanName: string;
  readonly pod: DesiredPod;
  readonly facts: PodFacts;
  readonly configs: ConfigSource;
  /** Volume name to the files of its ConfigMap or Secret. */
  readonly configFolders: ReadonlyMap<string, ConfigFolder>;
  /** Volume name to the name in podman of its claim's volume. */
  readonly claimVolumes: ReadonlyMap<string, string>;
  readonly imageIds: ReadonlyMap<string, string>;
}

/** Resolves one container of a pod. Pure. */
export function renderContainer(container: ContainerManifest, question: ContainerQuestion): RenderedContainer {
  const { podmanName, facts, configs, imageIds } = question;
  const variables = resolveEnvironment(container, facts, configs);
  const expand = (words: readonly string[]): string[] => words.map((word) => expandVariables(word, variables));
  return {
    name: container.name,
    podmanName: `${podmanName}_${container.name}`,
    image: container.image,
    imageId: imageIds.get(container.image) ?? null,
    environment: [...variables],
    // An empty command is as good as none (Kubernetes API 1.34, Container.command).
    ...(container.command?.length ? { entrypoint: expand(container.command) } : {}),
    args: expand(container.args ?? []),
    ...(container.workingDir === undefined ? {} : { workingDir: container.workingDir }),
    ...userOf(container, question),
    mounts: container.volumeMounts.map((mount) => renderMount(mount, container, question)),
    ...confinementOf(container, question),
    ...limitsOf(container, question),
    tcpPorts: container.ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort),
    ...probesOf(container, question),
  };
}

function userOf(container: ContainerManifest, { pod, facts }: ContainerQuestion) {
  const ofPod = pod.spec.securityContext;
  const uid = container.securityContext?.runAsUser ?? ofPod?.runAsUser;
  const gid = container.securityContext?.runAsGroup ?? ofPod?.runAsGroup;
  const notRoot = container.securityContext?.runAsNonRoot ?? ofPod?.runAsNonRoot ?? false;
  if (gid !== undefined && uid === undefined) {
    throw unsupported(facts, `container "${container.name}": runAsGroup without runAsUser`);
  }
  if (notRoot && uid === 0) {
    throw invalid(facts, container, 'securityContext', 'runAsNonRoot is true, and runAsUser is 0');
  }
  return {
    ...(uid === undefined ? {} : { user: gid === undefined ? `${uid}` : `${uid}:${gid}` }),
    mustNotRunAsRoot: notRoot && uid === undefined,
    groups: [...(ofPod?.fsGroup === undefined ? [] : [ofPod.fsGroup]), ...(ofPod?.supplementalGroups ?? [])],
  };
}

function confinementOf({ securityContext }: ContainerManifest, { pod }: ContainerQuestion) {
  const seccomp = securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
  return {
    readOnlyRoot: securityContext?.readOnlyRootFilesystem ?? false,
    noNewPrivileges: securityContext?.allowPrivilegeEscalation === false,
    privileged: securityContext?.privileged ?? false,
    unconfinedSeccomp: seccomp?.type === 'Unconfined',
    addedCapabilities: securityContext?.capabilities?.add ?? [],
    droppedCapabilities: securityContext?.capabilities?.drop ?? [],
  };
}

function limitsOf(container: ContainerManifest, { facts }: ContainerQuestion) {
  const limits = container.resources?.limits;
  const read = (name: 'cpu' | 'memory'): number | undefined => {
    const quantity = limits?.[name];
    if (quantity === undefined) return undefined;
    const value = parseQuantity(quantity);
    if (value === undefined)
      throw invalid(facts, container, `resources.limits.${name}`, `"${quantity}" is no quantity`);
    return value;
  };
  const memory = read('memory');
  const cpus = read('cpu');
  return {
    ...(memory === undefined ? {} : { memoryBytes: Math.floor(memory) }),
    ...(cpus === undefined ? {} : { cpus }),
  };
}

function renderMount(
  mount: VolumeMountManifest,
  container: ContainerManifest,
  { pod, facts, configFolders, claimVolumes }: ContainerQuestion,
): RenderedMount {
  const { mountPath, subPath = '', readOnly } = mount;
  const config = configFolders.get(mount.name);
  if (config) return { kind: 'config', digest: config.digest, subPath, mountPath, readOnly: true };
  const podmanVolume = claimVolumes.get(mount.name);
  const volume = pod.spec.volumes.find(({ name }) => name === mount.name);
  if (podmanVolume) {
    const claimIsReadOnly = volume?.persistentVolumeClaim?.readOnly ?? false;
    return { kind: 'claim', podmanVolume, subPath, mountPath, readOnly: readOnly || claimIsReadOnly };
  }
  if (volume?.hostPath) {
    const { path, type } = volume.hostPath;
    return { kind: 'host-path', path, subPath, isMade: type === 'DirectoryOrCreate', mountPath, readOnly };
  }
  if (volume?.emptyDir === undefined) {
    throw invalid(facts, container, 'volumeMounts', `the pod has no volume "${mount.name}" of a supported kind`);
  }
  const inMemory = volume.emptyDir?.medium === 'Memory';
  return inMemory && !isShared(mount.name, pod)
    ? { kind: 'memory', mountPath, readOnly }
    : { kind: 'empty-dir', volume: mount.name, subPath, mountPath, readOnly };
}

/** podman's tmpfs belongs to one container; a volume that several mount is a folder instead. */
function isShared(volume: string, { spec }: DesiredPod): boolean {
  const mounts = [...spec.initContainers, ...spec.containers].flatMap(({ volumeMounts }) => volumeMounts);
  return mounts.filter(({ name }) => name === volume).length > 1;
}

function probesOf(container: ContainerManifest, { facts }: ContainerQuestion) {
  const render = (probe: ProbeManifest, name: string): RenderedProbe => ({
    action: actionOf(probe, container, facts, name),
    initialDelayMs: probe.initialDelaySeconds * 1_000,
    periodMs: probe.periodSeconds * 1_000,
    timeoutMs: probe.timeoutSeconds * 1_000,
    failureThreshold: probe.failureThreshold,
    successThreshold: probe.successThreshold,
  });
  return {
    ...(container.readinessProbe ? { readinessProbe: render(container.readinessProbe, 'readinessProbe') } : {}),
    ...(container.startupProbe ? { startupProbe: render(container.startupProbe, 'startupProbe') } : {}),
  };
}

function actionOf(probe: ProbeManifest, container: ContainerManifest, facts: PodFacts, name: string): ProbeAction {
  const portOf = (port: number | string): number => {
    const number = typeof port === 'number' ? port : findNamedPort(port, [container]);
    if (number === undefined) throw invalid(facts, container, name, `the container has no port "${port}"`);
    return number;
  };
  const { httpGet, tcpSocket, exec } = probe;
  if (httpGet) {
    const { scheme, path, httpHeaders } = httpGet;
    return { kind: 'http', scheme, port: portOf(httpGet.port), path, headers: httpHeaders };
  }
  if (tcpSocket) return { kind: 'tcp', port: portOf(tcpSocket.port) };
  if (exec) return { kind: 'exec', command: exec.command };
  throw invalid(facts, container, name, 'it has neither httpGet nor tcpSocket nor exec');
}

function invalid(
  { source, name }: PodFacts,
  container: ContainerManifest,
  field: string,
  reason: string,
): SlipwayError {
  return new SlipwayError('CLUSTER_OBJECT_INVALID', {
    source,
    kind: 'Pod',
    name,
    path: `container "${container.name}": ${field}`,
    reason,
  });
}

function unsupported({ source, name }: PodFacts, path: string): SlipwayError {
  return new SlipwayError('CLUSTER_UNSUPPORTED_FIELD', { source, kind: 'Pod', name, path });
}
