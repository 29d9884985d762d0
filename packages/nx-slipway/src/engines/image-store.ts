import type { Writable } from 'node:stream';
import type { LayerRecord } from '../artifact/image-record';

/** What builds and stores images. */
export type Engine = 'podman' | 'docker';

/** An image as an engine's storage has it. */
export interface StoredImage {
  /** Digest of the image's config, `sha256:<64 hex>`. */
  readonly imageId: string;
  readonly platform: string;
  /** References under which the engine knows it, e.g. `localhost/web:i-0123…`. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Instructions that it registers by ONBUILD, e.g. `COPY . /src`. podman tells only its history, where triggers of the images that it is made
   * from are, too: so there may be more than it has, never less.
   */
  readonly onbuild: readonly string[];
}

/** The reading side of an engine, and tags. No way to a build leads through here. */
export interface ImageStore {
  readonly engine: Engine;
  /** Looks up references or image IDs in one call to the engine. What the engine does not have is not in the map. */
  findImages(references: readonly string[]): Promise<ReadonlyMap<string, StoredImage>>;
  /** Diff IDs and uncompressed sizes of an image that the engine has, bottom first. */
  listLayers(imageId: string): Promise<readonly LayerRecord[]>;
  /**
   * Writes the images that these tags name as one archive, as `podman load` and `docker load` read it: configs and layers are the
   * engine's own bytes, so image IDs stay. The stream is ended in any case. @throws {SlipwayError} the ENGINE codes
   */
  saveImages(tags: readonly string[], archive: Writable): Promise<void>;
  /** Afterwards each tag names the image. */
  tagImage(imageId: string, tags: readonly string[]): Promise<void>;
}
