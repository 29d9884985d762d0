import { isDeepStrictEqual } from 'node:util';
import type { Endpoint } from '../../artifact/endpoint';
import { SlipwayError } from '../../errors/slipway-error';
import type { DeployRequest, SourcedObject } from '../cluster';
import { allocateAddresses } from './allocate-addresses';
import { allocateNodePorts } from './allocate-node-ports';
import type { ClusterState } from './cluster-state';
import { createConfigSource, listSecretValues } from './config-source';
import { listDesiredClaims, listDesiredPods, type DesiredPod } from './desired-pods';
import { renderHostsFile, type AddressedPod } from './hosts-file';
import { DEFAULT_NAMESPACE } from './default-namespace';
import { podKey } from './pod-key';
import { readObjects, type ClusterObjects } from './read-objects';
import { renderPod } from './render-pod';
import type { RenderedPod } from './rendered-pod';
import {
  firstPodOf,
  listEndpoints,
  resolvePublishedPorts,
  resolveRedirects,
  type Redirect,
  type ServiceManifest,
} from './resolve-services';

/** What decides a deploy. */
export interface PlanQuestion {
  readonly cluster: string;
  readonly request: Pick<DeployRequest, 'owner' | 'objects' | 'images'>;
  readonly own: ClusterObjects;
  readonly state: ClusterState;
  /** Addresses of containers that podman lists. */
  readonly addressesInUse: ReadonlyMap<string, string>;
  /** Ports of 127.0.0.1 that somebody outside of this cluster has, with who it is. */
  readonly portHolders: ReadonlyMap<number, string>;
}

/** What a deploy comes to. */
export interface DeployPlan {
  readonly state: ClusterState;
  readonly pods: readonly RenderedPod[];
  /** Redirects of every pod of the cluster, by `namespace/pod`. */
  readonly redirects: ReadonlyMap<string, readonly Redirect[]>;
  /** Pods of other deploys whose redirects this deploy changes, by `namespace/pod`. */
  readonly changedRedirects: ReadonlySet<string>;
  /** Namespace to its hosts file. */
  readonly hostsFiles: ReadonlyMap<string, string>;
  readonly endpoints: readonly Endpoint[];
  readonly secretValues: readonly string[];
}

/**
 * Decides what a deploy comes to, from what the cluster has and what is asked. Nothing is created before this has succeeded. Pure.
 * @throws {SlipwayError} CLUSTER_OBJECT_OWNED, CLUSTER_PORT_IN_USE, CLUSTER_NODE_PORT_WITHOUT_POD, CLUSTER_SERVICE_PORT_CONFLICT,
 *   CLUSTER_REFERENCE_MISSING, CLUSTER_OBJECT_INVALID, CLUSTER_UNSUPPORTED_FIELD, CLUSTER_ADDRESSES_EXHAUSTED
 */
export function planDeploy(question: PlanQuestion): DeployPlan {
  const { cluster, request, own, state } = question;
  assertNotOwnedByOthers(request.owner, request.objects, state);
  const others = Object.entries(state.owners)
    .filter(([owner]) => owner !== request.owner)
    .map(([, objects]) => readObjects(objects));
  const deploys = [...others, own];
  const ownPods = listDesiredPods(own);
  assertNodePortsLead(own, ownPods);
  const pods = [...others.flatMap(listDesiredPods), ...ownPods];
  const services = deploys.flatMap((deploy) => deploy.services);
  const nodePorts = allocatePorts(question, others);
  const addresses = allocateAddresses({
    subnet: state.subnet,
    pods: pods.map(podKey),
    given: new Map(Object.entries(state.addresses).filter(([, address]) => !state.lostAddresses.includes(address))),
    inUse: new Set([...foreignAddresses(question, pods), ...state.lostAddresses]),
  });
  const addressOf = (pod: DesiredPod): string => addresses.get(podKey(pod)) ?? '';
  const configs = createConfigSource(deploys);
  const claims = new Set(
    deploys.flatMap((deploy) =>
      listDesiredClaims(deploy, listDesiredPods(deploy)).map(({ namespace, name }) => `${namespace}/${name}`),
    ),
  );
  const imageIds = new Map([...request.images].map(([tag, { imageId }]) => [tag, imageId]));
  const rendered = ownPods.map((pod) =>
    renderPod({
      cluster,
      pod,
      address: addressOf(pod),
      publishedPorts: resolvePublishedPorts(pod, ownPods, own.services, nodePorts),
      configs,
      claims,
      imageIds,
    }),
  );
  const redirects = redirectsOf(pods, services);
  return {
    state: {
      ...state,
      owners: { ...state.owners, [request.owner]: request.objects },
      addresses: Object.fromEntries(addresses),
      nodePorts: Object.fromEntries(nodePorts),
    },
    pods: rendered,
    redirects,
    changedRedirects: changedRedirects(question, others, redirects),
    hostsFiles: renderHostsFiles(
      services,
      pods.map((pod) => ({ pod, address: addressOf(pod) })),
    ),
    endpoints: listEndpoints(own.services, nodePorts),
    secretValues: listSecretValues(deploys),
  };
}

/** `Kind namespace/name`: what an object is to the cluster. */
export function objectKey({ object }: SourcedObject): string {
  return `${object.kind} ${object.metadata.namespace ?? DEFAULT_NAMESPACE}/${object.metadata.name}`;
}

function assertNotOwnedByOthers(owner: string, objects: readonly SourcedObject[], state: ClusterState): void {
  const holders = new Map(
    Object.entries(state.owners)
      .filter(([other]) => other !== owner)
      .flatMap(([other, theirs]) => theirs.map((sourced) => [objectKey(sourced), other] as const)),
  );
  for (const sourced of objects) {
    const other = holders.get(objectKey(sourced));
    // Many deploys may name the namespace that they are in.
    if (other !== undefined && sourced.object.kind !== 'Namespace') {
      throw new SlipwayError('CLUSTER_OBJECT_OWNED', {
        source: sourced.source,
        object: objectKey(sourced),
        owner: other,
      });
    }
  }
}

function assertNodePortsLead(own: ClusterObjects, ownPods: readonly DesiredPod[]): void {
  const dangling = own.services.find(
    (service) => service.manifest.spec.type === 'NodePort' && firstPodOf(service, ownPods) === undefined,
  );
  if (dangling) {
    throw new SlipwayError('CLUSTER_NODE_PORT_WITHOUT_POD', {
      source: dangling.source,
      service: dangling.manifest.metadata.name,
    });
  }
}

function allocatePorts(
  { own, state, portHolders }: PlanQuestion,
  others: readonly ClusterObjects[],
): Map<string, number> {
  const given = new Map(Object.entries(state.nodePorts));
  const ofOthers = [...given].filter(([key]) =>
    others.some(({ services }) => services.some((service) => owns(service, key))),
  );
  const ownPorts = allocateNodePorts({
    services: own.services,
    given,
    ofOthers: new Map(ofOthers.map(([key, port]) => [port, `the Service ${key} of this cluster`])),
    holders: portHolders,
  });
  return new Map([...ofOthers, ...ownPorts]);
}

function owns({ manifest, namespace }: ServiceManifest, key: string): boolean {
  return key.startsWith(`${namespace}/${manifest.metadata.name}/`);
}

/** Addresses that containers have which are not one of the wanted pods. */
function foreignAddresses({ addressesInUse }: PlanQuestion, pods: readonly DesiredPod[]): Set<string> {
  const wanted = new Set(pods.map(podKey));
  return new Set([...addressesInUse].filter(([key]) => !wanted.has(key)).map(([, address]) => address));
}

function redirectsOf(pods: readonly DesiredPod[], services: readonly ServiceManifest[]): Map<string, Redirect[]> {
  return new Map(pods.map((pod) => [podKey(pod), resolveRedirects(pod, services)]));
}

function changedRedirects(
  { request, state }: PlanQuestion,
  others: readonly ClusterObjects[],
  redirects: ReadonlyMap<string, readonly Redirect[]>,
): Set<string> {
  const servicesBefore = [...others, readObjects(state.owners[request.owner] ?? [])].flatMap(
    ({ services }) => services,
  );
  const before = redirectsOf(others.flatMap(listDesiredPods), servicesBefore);
  return new Set(
    [...before].filter(([key, rules]) => !isDeepStrictEqual(rules, redirects.get(key))).map(([key]) => key),
  );
}

function renderHostsFiles(services: readonly ServiceManifest[], pods: readonly AddressedPod[]): Map<string, string> {
  const namespaces = new Set(pods.map(({ pod }) => pod.namespace));
  return new Map([...namespaces].map((namespace) => [namespace, renderHostsFile(namespace, services, pods)]));
}
