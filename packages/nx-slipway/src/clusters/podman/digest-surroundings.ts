import { createHash } from 'node:crypto';
import type { KubernetesObject, SourcedObject } from '../cluster';
import type { ClusterState } from './cluster-state';
import { DEFAULT_NAMESPACE } from './default-namespace';
import { podKey } from './pod-key';

/** A pod as Services see it. */
export interface SelectablePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Kinds of which another deploy's object may be a part of a pod, by its name. */
const NAMED_BY_PODS: ReadonlySet<string> = new Set(['ConfigMap', 'Secret', 'PersistentVolumeClaim']);

/**
 * SHA-256 over all in a cluster's memory that decides the pods of one deploy: its own objects, addresses and NodePorts, and of
 * other deploys' objects the Services that select its pods, and what has a name that its own objects mention anywhere (more than
 * they refer to, never less). Independent of all other objects, so that a deploy beside it changes nothing. Pure.
 */
export function digestSurroundings(state: ClusterState, owner: string, pods: readonly SelectablePod[]): string {
  const own = state.owners[owner] ?? [];
  const mentioned = JSON.stringify(own);
  const decides = ({ object }: SourcedObject): boolean =>
    NAMED_BY_PODS.has(object.kind)
      ? mentioned.includes(JSON.stringify(object.metadata.name))
      : object.kind === 'Service' && pods.some((pod) => selects(object, pod));
  const others = Object.entries(state.owners)
    .filter(([other]) => other !== owner)
    .map(([other, objects]) => [other, objects.filter(decides).map(({ object }) => object)] as const)
    .filter(([, objects]) => objects.length > 0);
  const services = own.filter(({ object }) => object.kind === 'Service').map(({ object }) => keyPrefixOf(object));
  const decisive = {
    subnet: state.subnet,
    own,
    others,
    addresses: pods.map((pod) => state.addresses[podKey(pod)]),
    nodePorts: Object.entries(state.nodePorts).filter(([key]) => services.some((prefix) => key.startsWith(prefix))),
  };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}

function selects(service: KubernetesObject, { namespace, labels }: SelectablePod): boolean {
  const { selector } = (service['spec'] ?? {}) as { readonly selector?: Readonly<Record<string, string>> };
  const wanted = Object.entries(selector ?? {});
  return (
    namespaceOf(service) === namespace && wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value)
  );
}

/** What the `nodePortKey` of each of its ports begins with. */
function keyPrefixOf(service: KubernetesObject): string {
  return `${namespaceOf(service)}/${service.metadata.name}/`;
}

function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? DEFAULT_NAMESPACE;
}
