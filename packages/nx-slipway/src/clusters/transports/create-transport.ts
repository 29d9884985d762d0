import { imageTagOf } from '../../artifact/image-record';
import { SlipwayError } from '../../errors/slipway-error';
import type { ClusterProvider } from '../cluster';
import { createArchiveTransport } from './archive-transport';
import { fallBackToNodes } from './fall-back';
import { createLayersTransport } from './layers-transport';
import { createRegistryTransport, registryReferenceOf, type RegistryOptions } from './registry-transport';
import type { ClusterNode, Transport } from './transport';
import type { TransportTools } from './transport-tools';

/** What decides how images reach a cluster. */
export interface TransportChoice {
  readonly provider: Exclude<ClusterProvider, 'podman'>;
  /** What is set. Not given: kind's nodes get layers, an existing cluster pulls from a registry. */
  readonly transport?: Transport['kind'] | undefined;
}

/** What a transport is made of. */
export interface TransportOptions extends TransportTools {
  readonly kind: Transport['kind'];
  /** The cluster's nodes, where they can be reached. Asked when there is something to load. */
  readonly nodes?: readonly ClusterNode[] | (() => Promise<readonly ClusterNode[]>);
  readonly registry?: RegistryOptions | undefined;
}

/** How images reach a cluster. Pure. */
export function chooseTransport({ provider, transport }: TransportChoice): Transport['kind'] {
  return transport ?? (provider === 'kind' ? 'layers' : 'registry');
}

/** How manifests name an image that this transport brings. Pure. */
export function chooseReferences({
  kind,
  registry,
}: Pick<TransportOptions, 'kind' | 'registry'>): Transport['referenceOf'] {
  if (kind === 'registry' && registry) return (image) => registryReferenceOf(image, registry);
  return ({ name, imageId }) => imageTagOf(name, imageId);
}

/**
 * Makes a transport. @throws {SlipwayError} CLUSTER_REGISTRY_NOT_SET, CLUSTER_NODES_UNREACHED where the options lack what it needs: make it
 * only where there are images to load
 */
export function createTransport({ kind, nodes, registry, ...tools }: TransportOptions): Transport {
  const referenceOf = chooseReferences({ kind, registry });
  const listNodes = typeof nodes === 'object' ? (): Promise<readonly ClusterNode[]> => Promise.resolve(nodes) : nodes;
  if (kind === 'registry') {
    if (!registry) throw new SlipwayError('CLUSTER_REGISTRY_NOT_SET', { transport: kind });
    const transport = createRegistryTransport({ ...tools, registry });
    if (!listNodes) return transport;
    return fallBackToNodes(transport, createLayersTransport({ ...tools, nodes: listNodes, referenceOf }), tools.tools);
  }
  if (!listNodes) throw new SlipwayError('CLUSTER_NODES_UNREACHED', { transport: kind });
  if (kind === 'archive') return createArchiveTransport({ ...tools, nodes: listNodes });
  return createLayersTransport({ ...tools, nodes: listNodes, referenceOf });
}
