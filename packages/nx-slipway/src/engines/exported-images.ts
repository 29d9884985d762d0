import type { LayerRecord } from '../artifact/image-record';
import type { Problem } from '../errors/slipway-error';

/** An image of which some layers are wanted. */
export interface WantedImage {
  /** The engine has it under this reference. */
  readonly tag: string;
  /** Digest of the image's config, `sha256:<64 hex>`. */
  readonly imageId: string;
  /** All of its layers, bottom first. */
  readonly layers: readonly LayerRecord[];
}

/** An uncompressed layer as a file. */
export interface LayerFile {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
}

/** What an engine gave of its images. */
export interface ExportedImages {
  /** The bytes of each image's config by image ID, exactly as the engine has them: their SHA-256 is the image ID. */
  readonly configs: ReadonlyMap<string, Buffer>;
  /** The wanted layers by diff ID. */
  readonly layers: ReadonlyMap<string, LayerFile>;
  /** What was not as it should be, for the caller to print. */
  readonly problems: readonly Problem[];
}
