import { hash } from 'node:crypto';
import type { TransferImage } from './transfer-image';

/** A file of an archive: its bytes, or where they are. */
export type ArchiveMember =
  | { readonly name: string; readonly content: Buffer }
  | { readonly name: string; readonly path: string; readonly bytes: number };

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** What a layout is made of. */
export interface LayoutParts {
  readonly images: readonly TransferImage[];
  /** By image ID. */
  readonly configs: ReadonlyMap<string, Buffer>;
  /** Layers that go along, by diff ID. The others must be where the layout goes. */
  readonly layers: ReadonlyMap<string, { readonly path: string; readonly bytes: number }>;
}

/**
 * An OCI image layout (image-spec 1.1) of several images, each layer named by its uncompressed digest, which is what a node's containerd
 * knows the layers of earlier such layouts by. Configs are the engine's own bytes, so image IDs stay. `index.json` comes last: a
 * layout that was cut off anywhere is refused as a whole. Pure.
 */
export function buildImageLayout({ images, configs, layers }: LayoutParts): ArchiveMember[] {
  const manifests = images.map((image) => ({ image, content: buildManifest(image, { configs, layers }) }));
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: manifests.map(({ image, content }) => ({
      mediaType: MANIFEST,
      ...describe(content),
      // containerd names the image after this; `--digests` would leave more names behind.
      annotations: { 'io.containerd.image.name': image.reference },
    })),
  };
  const blobs = new Map<string, ArchiveMember>();
  for (const { image, content } of manifests) {
    const config = configOf(image, configs);
    for (const blob of [config, content]) blobs.set(digestOf(blob), { name: blobName(digestOf(blob)), content: blob });
    for (const { diffId } of image.record.layers) {
      const file = layers.get(diffId);
      if (file) blobs.set(diffId, { name: blobName(diffId), ...file });
    }
  }
  return [
    { name: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    ...blobs.values(),
    { name: 'index.json', content: Buffer.from(JSON.stringify(index)) },
  ];
}

function buildManifest(image: TransferImage, { configs, layers }: Omit<LayoutParts, 'images'>): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, ...describe(configOf(image, configs)) },
    layers: image.record.layers.map(({ diffId, bytes }) => ({
      mediaType: LAYER,
      digest: diffId,
      size: layers.get(diffId)?.bytes ?? bytes,
    })),
  };
  return Buffer.from(JSON.stringify(manifest));
}

function configOf({ record }: TransferImage, configs: LayoutParts['configs']): Buffer {
  const config = configs.get(record.imageId);
  if (config === undefined) throw new Error(`the config of ${record.name} was not read`);
  return config;
}

function describe(content: Buffer): { digest: string; size: number } {
  return { digest: digestOf(content), size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${hash('sha256', content, 'hex')}`;
}

function blobName(digest: string): string {
  return `blobs/sha256/${digest.replace(/^sha256:/, '')}`;
}
