import type { LayerRecord } from '../../../artifact/image-record';
import type { TransferImage } from '../transfer-image';

/** A digest whose hexadecimal digits are all the same. */
export function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** An image of a few layers, each named by a digit. */
export function transferImage(name: string, imageId: string, layers: readonly string[]): TransferImage {
  const records: LayerRecord[] = layers.map((digit, index) => ({ diffId: digestOf(digit), bytes: 512 * (index + 1) }));
  const record = { schemaVersion: 1 as const, name, imageId, platform: 'linux/amd64', layers: records };
  return { record, reference: `localhost/${name}:i-1` };
}
