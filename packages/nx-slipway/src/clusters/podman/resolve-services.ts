import { SlipwayError } from '../../errors/slipway-error';
import type { Endpoint } from '../../artifact/endpoint';
import { schemeOf } from '../endpoint-scheme';
import type { ContainerManifest, ServiceObject } from './manifest-schemas';
import type { ReadObject } from './read-objects';
import type { DesiredPod } from './desired-pods';

/** A Service of the cluster, as its manifest says it. */
export type ServiceManifest = ReadObject<ServiceObject>;

type ServicePort = ServiceObject['spec']['ports'][number];

/** A rule of one pod: what arrives at `port` goes to `targetPort`. */
export interface Redirect {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly targetPort: number;
}

/** A container port that is published on 127.0.0.1. */
export interface PublishedPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly nodePort: number;
  readonly targetPort: number;
}

/** Identifies a Service port in the cluster's list of node ports: `default/web/80`, `default/dns/53/UDP`. Pure. */
export function nodePortKey(
  namespace: string,
  service: string,
  { port, protocol }: Pick<ServicePort, 'port' | 'protocol'>,
): string {
  return `${namespace}/${service}/${port}${protocol === 'UDP' ? '/UDP' : ''}`;
}

/** The pods that a Service's selector selects; none for an empty selector, as Kubernetes has it. Pure. */
export function selectPods<Pod extends Pick<DesiredPod, 'namespace' | 'labels'>>(
  service: ServiceManifest,
  pods: readonly Pod[],
): Pod[] {
  const selector = Object.entries(service.manifest.spec.selector);
  if (selector.length === 0) return [];
  return pods.filter(
    (pod) => pod.namespace === service.namespace && selector.every(([label, value]) => pod.labels[label] === value),
  );
}

/** The container port behind a Service port: a number, or the name of a port of one of the pod's containers; `undefined` where no container has that name. Pure. */
export function resolveTargetPort(
  port: ServicePort,
  containers: readonly Pick<ContainerManifest, 'ports'>[],
): number | undefined {
  const target = port.targetPort ?? port.port;
  return typeof target === 'number' ? target : findNamedPort(target, containers);
}

/** The number of a container port that has a name. Pure. */
export function findNamedPort(
  name: string,
  containers: readonly Pick<ContainerManifest, 'ports'>[],
): number | undefined {
  return containers.flatMap(({ ports }) => ports).find((port) => port.name === name)?.containerPort;
}

/**
 * The redirects that a pod needs for the Services that select it: one for each port that differs from its target. A headless
 * Service has none, as in Kubernetes. Pure.
 * @throws {SlipwayError} CLUSTER_SERVICE_PORT_CONFLICT when two Services send one port of the pod to different targets
 */
export function resolveRedirects(pod: DesiredPod, services: readonly ServiceManifest[]): Redirect[] {
  const redirects = new Map<string, Redirect & { readonly service: string }>();
  for (const service of services.filter((candidate) => selectPods(candidate, [pod]).length > 0)) {
    if (service.manifest.spec.clusterIP === 'None') continue;
    for (const port of service.manifest.spec.ports) {
      const targetPort = targetPortOf(service, port, pod);
      const key = `${port.protocol}/${port.port}`;
      const earlier = redirects.get(key);
      if (earlier && earlier.targetPort !== targetPort) {
        throw new SlipwayError('CLUSTER_SERVICE_PORT_CONFLICT', {
          pod: `${pod.namespace}/${pod.name}`,
          port: port.port,
          first: `${earlier.service} to ${earlier.targetPort}`,
          second: `${service.manifest.metadata.name} to ${targetPort}`,
        });
      }
      redirects.set(key, {
        protocol: port.protocol,
        port: port.port,
        targetPort,
        service: service.manifest.metadata.name,
      });
    }
  }
  return [...redirects.values()]
    .filter(({ port, targetPort }) => port !== targetPort)
    .map(({ protocol, port, targetPort }) => ({ protocol, port, targetPort }));
}

/** The ports that a pod publishes on 127.0.0.1: those of NodePort Services of which it is the first pod. Pure. */
export function resolvePublishedPorts(
  pod: DesiredPod,
  pods: readonly DesiredPod[],
  services: readonly ServiceManifest[],
  nodePorts: ReadonlyMap<string, number>,
): PublishedPort[] {
  return services
    .filter((service) => service.manifest.spec.type === 'NodePort' && firstPodOf(service, pods) === pod)
    .flatMap((service) =>
      service.manifest.spec.ports.flatMap((port) => {
        const nodePort = nodePorts.get(nodePortKey(service.namespace, service.manifest.metadata.name, port));
        return nodePort === undefined
          ? []
          : [{ protocol: port.protocol, nodePort, targetPort: targetPortOf(service, port, pod) }];
      }),
    )
    .sort((left, right) => left.nodePort - right.nodePort);
}

/** The pod that answers at a NodePort: podman publishes a port for one pod only. Jobs never do. Pure. */
export function firstPodOf(service: ServiceManifest, pods: readonly DesiredPod[]): DesiredPod | undefined {
  return selectPods(service, pods).filter(({ workload }) => workload.kind !== 'Job')[0];
}

/** The addresses at which a deploy's NodePort Services answer. Pure. */
export function listEndpoints(
  services: readonly ServiceManifest[],
  nodePorts: ReadonlyMap<string, number>,
): Endpoint[] {
  return services
    .filter((service) => service.manifest.spec.type === 'NodePort')
    .flatMap(({ manifest, namespace }) =>
      manifest.spec.ports.flatMap((port) => {
        const nodePort = nodePorts.get(nodePortKey(namespace, manifest.metadata.name, port));
        if (nodePort === undefined) return [];
        return {
          namespace,
          service: manifest.metadata.name,
          portName: port.name ?? null,
          port: port.port,
          scheme: schemeOf(port),
          url: `${schemeOf(port)}://127.0.0.1:${nodePort}`,
        };
      }),
    );
}

function targetPortOf(service: ServiceManifest, port: ServicePort, pod: DesiredPod): number {
  const targetPort = resolveTargetPort(port, pod.spec.containers);
  if (targetPort === undefined) {
    throw new SlipwayError('CLUSTER_REFERENCE_MISSING', {
      source: service.source,
      pod: pod.name,
      reference: `the container port "${port.targetPort}", which the Service ${service.manifest.metadata.name} names`,
    });
  }
  return targetPort;
}
