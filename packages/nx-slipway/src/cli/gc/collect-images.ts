import { openBuiltHere } from '../../artifact/built-here';
import type { OwnImage, OwnImages } from '../../engines/own-images';
import { listUnfinishedLayers } from '../../engines/unfinished-layers';
import type { Tools } from '../../exec/tools';
import type { Collector, GarbageItem } from './collector';
import { decideUnneededImages } from './decide-unneeded-images';
import { readNeededImages } from './needed-images';

/** Where garbage is looked for. */
export interface GarbageGround {
  /** Absolute path. */
  readonly machineStore: string;
  /** What was made or used after this moment stays; milliseconds since the epoch. */
  readonly unusedSinceMs: number;
  readonly tools: Tools;
}

/** An image to remove. */
interface ImageItem extends GarbageItem {
  readonly image: OwnImage;
}

/** Collects images of one engine, and layers that killed and failed builds left finished. */
export function createImageCollector(images: OwnImages, ground: GarbageGround): Collector<ImageItem> {
  const { machineStore, unusedSinceMs, tools } = ground;
  return {
    title: `images of ${images.engine}`,
    async find() {
      const [needed, builds, unfinishedLayers] = await Promise.all([
        readNeededImages(machineStore),
        openBuiltHere(machineStore).list(),
        listUnfinishedLayers(machineStore),
      ]);
      const usedAtMs = new Map<string, number>();
      for (const { imageId, usedAtMs: time } of builds)
        usedAtMs.set(imageId, Math.max(time, usedAtMs.get(imageId) ?? 0));
      const known = [...usedAtMs.keys(), ...unfinishedLayers.map(({ idStart }) => idStart)];
      const listed = (await images.list(known)) ?? [];
      const facts = { needed, usedAtMs, unfinishedLayers, unusedSinceMs, nowMs: tools.clock.now() };
      return decideUnneededImages(listed, facts).map(({ image, reason }) => ({
        name: image.tags.join(' ') || image.engineId,
        reason,
        sizeBytes: image.sizeBytes,
        image,
      }));
    },
    async remove({ image }) {
      // Somebody may have built it again since it was found.
      const needed = await readNeededImages(machineStore);
      if (needed.ids.has(image.engineId) || image.tags.some((tag) => needed.tags.has(tag))) {
        throw new Error('an image.json names it since');
      }
      await images.remove(image);
    },
  };
}
