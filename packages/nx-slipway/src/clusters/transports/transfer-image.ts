import type { ImageRecord } from '../../artifact/image-record';

/** An image, and the name that it gets on the nodes. */
export interface TransferImage {
  readonly record: ImageRecord;
  /** Full reference, as manifests name it. */
  readonly reference: string;
}
