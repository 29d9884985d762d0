import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import { findPushedImage, pushImage } from '../../engines/push-image';
import { SlipwayError } from '../../errors/slipway-error';
import type { LoadReport } from '../cluster';
import { assertInSource } from './assert-in-source';
import { settleAll } from './settle-all';
import type { Transport } from './transport';
import type { TransportTools } from './transport-tools';

/** A registry that a cluster's nodes pull from. */
export interface RegistryOptions {
  /** Where images go, without a tag: `registry.example.com/team`. */
  readonly repository: string;
}

/** What the transport by a registry works with. */
export interface RegistryTransportOptions extends TransportTools {
  readonly registry: RegistryOptions;
}

/**
 * Brings images to a registry, from which the nodes pull them when a pod needs them. An image that the registry has, with that image ID, costs one
 * question; of another one only the layers are sent that it lacks. The nodes' access to the registry is not this transport's affair.
 */
export function createRegistryTransport(options: RegistryTransportOptions): Transport {
  const referenceOf = (image: ImageRecord): string => registryReferenceOf(image, options.registry);
  return {
    kind: 'registry',
    referenceOf,
    loadImages: (records) => settleAll(records.map((record) => ensurePushed(record, referenceOf(record), options))),
  };
}

/** `<repository>/<name>:i-<24 hex of the image ID>`: names bytes, like the image tag on this machine. Pure. */
export function registryReferenceOf({ name, imageId }: ImageRecord, { repository }: RegistryOptions): string {
  return imageTagOf(name, imageId).replace(/^localhost\//, () => `${repository.replace(/\/+$/, '')}/`);
}

async function ensurePushed(
  record: ImageRecord,
  reference: string,
  options: RegistryTransportOptions,
): Promise<LoadReport> {
  const { name, imageId } = record;
  const before = await findPushedImage(reference, options.tools);
  if ('imageId' in before && before.imageId === imageId) return { image: name, status: 'present', sentBytes: 0 };
  await assertInSource([record], options.source);
  const failed = await pushImage({ tag: imageTagOf(name, imageId), reference }, options);
  if (failed !== undefined) throw new SlipwayError('CLUSTER_PUSH_FAILED', { reference, reason: failed });
  const after = await findPushedImage(reference, options.tools);
  if (!('imageId' in after)) throw new SlipwayError('CLUSTER_PUSH_FAILED', { reference, reason: after.reason });
  if (after.imageId !== imageId) {
    const reason = `the registry has it as ${after.imageId} instead of ${imageId}: it does not take the format that the image has`;
    throw new SlipwayError('CLUSTER_PUSH_FAILED', { reference, reason });
  }
  // skopeo does not tell which layers it left out, so this is the most that can have been sent.
  return { image: name, status: 'loaded', sentBytes: after.bytes };
}
