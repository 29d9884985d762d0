/** One layer of an image. */
export interface LayerRecord {
  /** Digest of the uncompressed layer, `sha256:<64 hex>`. */
  readonly diffId: string;
  /** Uncompressed size. */
  readonly bytes: number;
}

/** `image.json`: what the rest of the graph depends on. Nothing about how the image came to be, nothing of this machine. */
export interface ImageRecord {
  readonly schemaVersion: 1;
  /** The image's name without registry, tag and digest prefix, e.g. `datastorage`. */
  readonly name: string;
  /** Digest of the image's config, `sha256:<64 hex>`. */
  readonly imageId: string;
  /** `os/architecture[/variant]`, e.g. `linux/amd64`. */
  readonly platform: string;
  readonly layers: readonly LayerRecord[];
}

/** A base image as a build saw it. */
export interface BaseRecord {
  /** As the Dockerfile names it, arguments resolved. */
  readonly reference: string;
  /** What identified it in the content key: a digest, the image ID of another project's image, or `null` where only the reference did. */
  readonly digest: string | null;
}

/** `build.json`: how an image came to be. Nothing downstream depends on it; nothing of this machine is in it. */
export interface BuildRecord {
  readonly schemaVersion: 1;
  /** 64 hex characters. */
  readonly contentKey: string;
  readonly engine: string;
  /** Names of the build arguments that are stamps, with the values used. */
  readonly stamps: Readonly<Record<string, string>>;
  /** The stamps are in the content key: the image was built for a release. */
  readonly stampsInKey?: true | undefined;
  /** The configuration of the target that built it, as in `nx run web:image-build -c coverage`; absent where it was none. */
  readonly configuration?: string | undefined;
  readonly bases: readonly BaseRecord[];
  readonly stagedContext: { readonly files: number; readonly bytes: number };
  /** Why the staged context is wider than what the build reads, with the Dockerfile's line; empty when it is not. */
  readonly widened: readonly { readonly line: number | null; readonly reason: string }[];
  /** Digest of the Dockerfile and the narrowing rules where these are proven (`sha256:<64 hex>`); absent where nothing is narrowed. */
  readonly proof?: string | undefined;
}

/** Length of the digest part of a tag. */
const TAG_DIGEST_LENGTH = 24;

/** `localhost/<name>:c-<24 hex of the content key>`: to look an image up; may be re-pointed. */
export function keyTagOf(name: string, contentKey: string): string {
  return `localhost/${name}:c-${contentKey.slice(0, TAG_DIGEST_LENGTH)}`;
}

/** `localhost/<name>:i-<24 hex of the image ID>`: names bytes, immutable; what manifests get. */
export function imageTagOf(name: string, imageId: string): string {
  return `localhost/${name}:i-${imageId.replace(/^sha256:/, '').slice(0, TAG_DIGEST_LENGTH)}`;
}
