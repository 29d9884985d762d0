import { findCondition, listAt, liveObjectsOf, numberAt, textAt, valueAt, type LiveObject } from '../live-object';
import type { KubeApi } from '../kube-api';
import { renderSelector } from '../readiness/read-own-pods';
import type { PodPort } from './open-port-channel';

/** A port of a Service. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

/** The pod that a connection to a Service's port goes to now, or why there is none. */
export type ForwardTarget =
  { readonly status: 'found'; readonly target: PodPort } | { readonly status: 'none'; readonly reason: string };

/**
 * Finds the pod behind a Service's port: of those that its selector selects and that are ready, the oldest, so that connections go to the same
 * one until it is replaced.
 * Rejects with what `KubeApi.get` rejects with.
 */
export async function findForwardTarget(port: ServicePort, api: KubeApi): Promise<ForwardTarget> {
  const base = `/api/v1/namespaces/${encodeURIComponent(port.namespace)}`;
  const service = await api.get(`${base}/services/${encodeURIComponent(port.service)}`);
  if (service.status !== 'ok') return none(service.message);
  const selector = valueAt(service.body, 'spec', 'selector') as Readonly<Record<string, string>> | undefined;
  if (!selector) return none('the Service has no selector');
  const query = encodeURIComponent(renderSelector({ matchLabels: selector }));
  const pods = await api.get(`${base}/pods?labelSelector=${query}`);
  if (pods.status !== 'ok') return none(pods.message);
  return selectTarget(port, service.body, liveObjectsOf(pods.body));
}

/** The same from what the server told. Pure. */
export function selectTarget(port: ServicePort, service: unknown, pods: readonly LiveObject[]): ForwardTarget {
  const declared = listAt(service, 'spec', 'ports').find((candidate) => candidate['port'] === port.port);
  if (!declared) return none(`the Service has no port ${port.port}`);
  const ready = pods
    .filter((pod) => !pod.metadata?.deletionTimestamp && findCondition(pod, 'Ready')?.status === 'True')
    .toSorted((left, right) => birthOf(left).localeCompare(birthOf(right)));
  const [pod] = ready;
  if (!pod) return none(`none of its ${pods.length} pods is ready`);
  const targetPort = resolveTargetPort(declared, pod);
  if (targetPort === undefined) {
    return none(`the pod ${pod.metadata?.name} has no port "${String(declared['targetPort'])}"`);
  }
  return {
    status: 'found',
    target: { namespace: port.namespace, pod: pod.metadata?.name ?? '', port: targetPort },
  };
}

function none(reason: string): ForwardTarget {
  return { status: 'none', reason };
}

function birthOf(pod: LiveObject): string {
  return `${textAt(pod, 'metadata', 'creationTimestamp')} ${pod.metadata?.name}`;
}

/** Init containers that stay (sidecars) have ports, too. */
function resolveTargetPort(declared: Readonly<Record<string, unknown>>, pod: LiveObject): number | undefined {
  const target = declared['targetPort'] ?? declared['port'];
  if (typeof target === 'number') return target;
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')];
  const named = containers
    .flatMap((container) => listAt(container, 'ports'))
    .find((candidate) => candidate['name'] === target);
  return numberAt(named, 'containerPort');
}
