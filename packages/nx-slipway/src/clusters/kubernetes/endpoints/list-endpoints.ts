import type { Endpoint } from '../../../artifact/endpoint';
import type { KubernetesObject } from '../../cluster';
import { schemeOf } from '../../endpoint-scheme';
import { listAt, numberAt, textAt } from '../live-object';

/** The types of Services that are meant to be reached from outside. */
const OUTWARD_TYPES = ['NodePort', 'LoadBalancer'];

/**
 * The endpoints of a deploy: each port of each Service that is reached from outside (NodePort as on podman, LoadBalancer). Without
 * URL: the ports of nodes are not reachable from everywhere, so a test opens a way of its own. Pure.
 */
export function listKubernetesEndpoints(objects: readonly KubernetesObject[], defaultNamespace: string): Endpoint[] {
  return objects
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
    .filter((service) => OUTWARD_TYPES.includes(textAt(service, 'spec', 'type') ?? ''))
    .flatMap((service) =>
      listAt(service, 'spec', 'ports').map((port) => ({
        namespace: service.metadata.namespace ?? defaultNamespace,
        service: service.metadata.name,
        portName: textAt(port, 'name') ?? null,
        port: numberAt(port, 'port') ?? 0,
        scheme: schemeOf(port),
        url: null,
      })),
    );
}
