import { createHash } from 'node:crypto';
import { SlipwayError } from '../../errors/slipway-error';
import { nodePortKey, type ServiceManifest } from './resolve-services';

/** Kubernetes' default range for NodePorts. */
const RANGE = { first: 30_000, last: 32_767 };

/** What decides the NodePorts of a deploy. */
export interface NodePortQuestion {
  /** The deploy's Services. */
  readonly services: readonly ServiceManifest[];
  /** NodePorts that this deploy had before, by `nodePortKey`. */
  readonly given: ReadonlyMap<string, number>;
  /** NodePorts of the cluster's other deploys, with their Service's name. */
  readonly ofOthers: ReadonlyMap<number, string>;
  /** Ports of 127.0.0.1 that somebody outside of this deploy has, with who it is. */
  readonly holders: ReadonlyMap<number, string>;
}

/** Every fixed NodePort, and the candidates for the others: the ports whose holders an allocation wants to know. Pure. */
export function listCandidatePorts(services: readonly ServiceManifest[], given: ReadonlyMap<string, number>): number[] {
  return [
    ...new Set(
      nodePortsOf(services).flatMap(({ key, fixed }) => [
        ...(fixed === undefined ? candidates(key, given.get(key)).slice(0, CHECKED_CANDIDATES) : [fixed]),
      ]),
    ),
  ];
}

/** So many candidates of a Service port are looked at; with a handful of Services in 2,768 ports the first is nearly always free. */
const CHECKED_CANDIDATES = 8;

/**
 * Gives each port of each NodePort Service its port on 127.0.0.1: the manifest's, else the one it had, else one from a hash of
 * its name, so that two machines and two runs agree. Pure.
 * @throws {SlipwayError} CLUSTER_PORT_IN_USE
 */
export function allocateNodePorts(question: NodePortQuestion): Map<string, number> {
  const wanted = nodePortsOf(question.services);
  const allocated = new Map<string, number>();
  const owners = new Map(question.ofOthers);
  const holderOf = (port: number): string | undefined => owners.get(port) ?? question.holders.get(port);
  const take = (key: string, port: number): void => {
    allocated.set(key, port);
    owners.set(port, `Service ${key}`);
  };
  for (const { key, fixed, source } of wanted) {
    if (fixed === undefined) continue;
    const holder = holderOf(fixed);
    if (holder !== undefined)
      throw new SlipwayError('CLUSTER_PORT_IN_USE', { port: fixed, service: key, source, holder });
    take(key, fixed);
  }
  for (const { key, fixed, source } of wanted) {
    if (fixed !== undefined) continue;
    const tried = candidates(key, question.given.get(key)).slice(0, CHECKED_CANDIDATES);
    const port = tried.find((candidate) => holderOf(candidate) === undefined);
    if (port === undefined) {
      const [first = RANGE.first] = tried;
      throw new SlipwayError('CLUSTER_PORT_IN_USE', {
        port: first,
        service: key,
        source,
        holder: holderOf(first) ?? '',
      });
    }
    take(key, port);
  }
  return allocated;
}

function nodePortsOf(services: readonly ServiceManifest[]) {
  return services
    .filter(({ manifest }) => manifest.spec.type === 'NodePort')
    .flatMap(({ manifest, namespace, source }) =>
      manifest.spec.ports.map((port) => ({
        key: nodePortKey(namespace, manifest.metadata.name, port),
        fixed: port.nodePort,
        source,
      })),
    );
}

function candidates(key: string, given: number | undefined): number[] {
  const size = RANGE.last - RANGE.first + 1;
  const start = createHash('sha256').update(key).digest().readUInt32BE(0) % size;
  const fromHash = Array.from({ length: CHECKED_CANDIDATES }, (_, step) => RANGE.first + ((start + step) % size));
  return given === undefined ? fromHash : [given, ...fromHash.filter((port) => port !== given)];
}
