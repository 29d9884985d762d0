import { isOwnTag, type OwnImage } from '../../engines/own-images';
import type { NeededImages } from './needed-images';

/** What is known beside an engine's images. */
export interface ImageFacts {
  readonly needed: NeededImages;
  /** When an image was built or taken into use last on this machine, by its ID; milliseconds since the epoch. */
  readonly usedAtMs: ReadonlyMap<string, number>;
  /** The beginnings of the IDs of layers that no build finished, with the time when it ended. */
  readonly unfinishedLayers: readonly { readonly idStart: string; readonly endedAtMs: number }[];
  /** What was used after this moment stays. */
  readonly unusedSinceMs: number;
  readonly nowMs: number;
}

/** An image that nothing needs. */
export interface UnneededImage {
  readonly image: OwnImage;
  readonly reason: string;
}

const DAY_MS = 86_400_000;

/**
 * The images that this plugin made and nothing needs. All tags of such a one are ours; without a tag the machine store must know it, since
 * what somebody builds upon our images inherits their label. What is of unknown age counts as new. Pure.
 */
export function decideUnneededImages(images: readonly OwnImage[], facts: ImageFacts): UnneededImage[] {
  return images.flatMap((image) => {
    if (image.isUsed || image.hasChildren || isNeeded(image, facts.needed)) return [];
    const made = findOrigin(image, facts);
    if (!made || made.usedAtMs >= facts.unusedSinceMs) return [];
    const days = Math.floor((facts.nowMs - made.usedAtMs) / DAY_MS);
    return [{ image, reason: `${made.what}; last used ${days} days ago` }];
  });
}

function isNeeded({ engineId, tags }: OwnImage, needed: NeededImages): boolean {
  return needed.ids.has(engineId) || tags.some((tag) => needed.tags.has(tag));
}

interface Origin {
  readonly what: string;
  readonly usedAtMs: number;
}

function findOrigin(image: OwnImage, facts: ImageFacts): Origin | undefined {
  const usedAtMs = lastUse(image, facts);
  if (image.tags.length > 0) {
    return image.tags.every(isOwnTag) ? { what: 'no image.json on this machine names it', usedAtMs } : undefined;
  }
  const layer = facts.unfinishedLayers.find(({ idStart }) => image.engineId.startsWith(`sha256:${idStart}`));
  if (layer) return { what: 'a layer of a build that did not finish', usedAtMs: layer.endedAtMs };
  return facts.usedAtMs.has(image.engineId) ? { what: 'a newer image has its name', usedAtMs } : undefined;
}

/** docker's containerd store has another ID for an image; its image tag begins like the image ID in any engine. */
function lastUse({ engineId, tags, createdAtMs }: OwnImage, { usedAtMs, nowMs }: ImageFacts): number {
  const starts = tags.flatMap((tag) => /:i-([0-9a-f]{24})$/.exec(tag)?.[1] ?? []);
  const times = [...usedAtMs].flatMap(([imageId, time]) =>
    imageId === engineId || starts.some((start) => imageId.startsWith(`sha256:${start}`)) ? [time] : [],
  );
  const known = [...times, ...(createdAtMs === undefined ? [] : [createdAtMs])];
  return known.length === 0 ? nowMs - 1 : Math.max(...known);
}
