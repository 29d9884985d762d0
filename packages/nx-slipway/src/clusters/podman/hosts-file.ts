import { selectPods, type ServiceManifest } from './resolve-services';
import type { DesiredPod } from './desired-pods';

/** A pod and its address. */
export interface AddressedPod {
  readonly pod: DesiredPod;
  readonly address: string;
}

/** The domain under which Kubernetes puts its names. */
const CLUSTER_DOMAIN = 'cluster.local';

/**
 * Renders `/etc/hosts` as the pods of one namespace see it: each Service by its four names (the bare one only in its own
 * namespace), pods by their own, pods of a headless Service by their stable ones. Long-lived pods only: a Job answers nobody.
 * Several pods of one Service are several lines; resolvers give all of them. The order is fixed. Pure.
 */
export function renderHostsFile(
  namespace: string,
  services: readonly ServiceManifest[],
  pods: readonly AddressedPod[],
): string {
  const serving = pods.filter(({ pod }) => pod.workload.kind !== 'Job');
  const lines = [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    ...services.flatMap((service) => serviceLines(namespace, service, serving)),
    ...pods.flatMap((addressed) => podLines(namespace, addressed)),
  ];
  return `${lines.join('\n')}\n`;
}

function serviceLines(namespace: string, service: ServiceManifest, pods: readonly AddressedPod[]): string[] {
  const selected = new Set(
    selectPods(
      service,
      pods.map(({ pod }) => pod),
    ),
  );
  const names = dnsNames(service.manifest.metadata.name, service.namespace, namespace);
  return pods.filter(({ pod }) => selected.has(pod)).map(({ address }) => `${address}\t${names.join(' ')}`);
}

function podLines(namespace: string, { pod, address }: AddressedPod): string[] {
  const stableNames = pod.subdomain ? dnsNames(`${pod.hostname}.${pod.subdomain}`, pod.namespace, namespace) : [];
  const names = [...stableNames, ...(pod.namespace === namespace ? [pod.hostname] : [])];
  return names.length === 0 ? [] : [`${address}\t${names.join(' ')}`];
}

/** Full name first: it is what a reverse look-up answers. */
function dnsNames(name: string, ownNamespace: string, seenFrom: string): string[] {
  return [
    `${name}.${ownNamespace}.svc.${CLUSTER_DOMAIN}`,
    `${name}.${ownNamespace}.svc`,
    `${name}.${ownNamespace}`,
    ...(ownNamespace === seenFrom ? [name] : []),
  ];
}
