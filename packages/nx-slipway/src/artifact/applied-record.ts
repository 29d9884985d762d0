import type { Endpoint } from './endpoint';

/** `applied.json`: what a deploy put into the cluster. Equal deploys give equal bytes: no clock times, no machine's paths. */
export interface AppliedRecord {
  readonly schemaVersion: 1;
  /** The Nx project that deployed. */
  readonly project: string;
  readonly cluster: { readonly provider: string; readonly version: string };
  /** SHA-256 over the rendered manifests, `sha256:<64 hex>`. */
  readonly manifestsDigest: string;
  readonly images: readonly AppliedImage[];
  readonly endpoints: readonly Endpoint[];
}

/** One image of a deploy. */
export interface AppliedImage {
  readonly name: string;
  /** The ID of the image that was deployed. */
  readonly imageId: string;
  readonly tag: string;
  /** `image.json`: exactly the described image. `same-key`: one that this machine built under the same content key, since the described one was lost. */
  readonly origin: 'image.json' | 'same-key';
}
