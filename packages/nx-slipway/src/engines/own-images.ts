import type { Engine } from './image-store';

/** An image of an engine that bears this plugin's label, or that the machine store knows. */
export interface OwnImage {
  /** As the engine names it: the digest of the config, or in docker's containerd store that of the manifest. */
  readonly engineId: string;
  /** References by which the engine knows it; empty for one that has none. */
  readonly tags: readonly string[];
  /** Layers that it shares with others included. */
  readonly sizeBytes: number;
  /** When it came into the engine, in milliseconds since the epoch; `undefined` where the engine does not tell. */
  readonly createdAtMs: number | undefined;
  /** Another image is built upon it, layer by layer: it goes with that one. */
  readonly hasChildren: boolean;
  /** A container, running or not, is made from it, or a build works on it. */
  readonly isUsed: boolean;
}

/** The images of an engine that may be removed one day. No way to a build leads through here. */
export interface OwnImages {
  readonly engine: Engine;
  /**
   * Those with our label, which what others build upon them inherits; and those whose ID begins like one of `engineIds`, label or not.
   * `undefined` where the engine is not on this machine. @throws {SlipwayError} the ENGINE codes
   */
  list(engineIds: readonly string[]): Promise<readonly OwnImage[] | undefined>;
  /**
   * Afterwards the image is gone, and so are layers below it that nothing else needs. One that is gone already is no error.
   * @throws {SlipwayError} the ENGINE codes, e.g. where another image or a container needs it
   */
  remove(image: OwnImage): Promise<void>;
}

/** A tag that this plugin gives: key tags, image tags, and those of a proof (artifact/image-record.ts). */
const OWN_TAG = /^localhost\/\S+:(?:[ci]-[0-9a-f]{24}|proof-\S+)$/;

/** Whether a reference is one that this plugin gives to its images. Pure. */
export function isOwnTag(reference: string): boolean {
  return OWN_TAG.test(reference);
}
