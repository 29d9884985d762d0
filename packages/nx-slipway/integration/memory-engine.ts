import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildRequest, ImageBuilder } from '../src/engines/image-builder';
import type { ImageStore, StoredImage } from '../src/engines/image-store';

/** A build that was asked for, with what was sent for it. */
export interface RecordedBuild extends BuildRequest {
  readonly stagedPaths: readonly string[];
}

/** An engine that keeps images in memory and makes each by a rule of the test. */
export interface MemoryEngine {
  readonly store: ImageStore;
  readonly builder: ImageBuilder;
  readonly builds: RecordedBuild[];
  /** References and image IDs that the store was asked for. */
  readonly lookups: string[][];
  /** What the next build gives: an image ID, or the error that it ends in. */
  nextImage: string | Error;
  /** Image IDs by tag. */
  readonly tags: Map<string, string>;
  /** Forgets every image, or all tags only. */
  lose(what: 'images' | 'tags'): void;
}

/** Opens an engine without images. `folder` is an absolute path for what builds stage. */
export function openMemoryEngine(folder: string, firstImage: string): MemoryEngine {
  const images = new Set<string>();
  const engine: MemoryEngine = {
    builds: [],
    lookups: [],
    nextImage: firstImage,
    tags: new Map(),
    lose(what) {
      engine.tags.clear();
      if (what === 'images') images.clear();
    },
    builder: {
      removeLeftovers: () => Promise.resolve([]),
      removeImages(tags) {
        for (const tag of tags) engine.tags.delete(tag);
        return Promise.resolve();
      },
      async buildImage(request) {
        const staged = join(folder, `staged-${engine.builds.length}`);
        await request.stage(staged);
        const stagedPaths = readdirSync(staged, { recursive: true, encoding: 'utf8' }).sort();
        rmSync(staged, { recursive: true });
        engine.builds.push({ ...request, stagedPaths });
        if (typeof engine.nextImage !== 'string') throw engine.nextImage;
        images.add(engine.nextImage);
        for (const tag of request.tags) engine.tags.set(tag, engine.nextImage);
        return { imageId: engine.nextImage };
      },
    },
    store: {
      engine: 'podman',
      saveImages: () => Promise.reject(new Error('images in memory have no bytes')),
      listLayers: (imageId) => Promise.resolve([{ diffId: imageId, bytes: 1 }]),
      findImages(references) {
        engine.lookups.push([...references]);
        const found = references.flatMap((reference): [string, StoredImage][] => {
          const imageId = images.has(reference) ? reference : engine.tags.get(reference);
          return imageId === undefined
            ? []
            : [[reference, { imageId, platform: 'linux/amd64', tags: [reference], labels: {}, onbuild: [] }]];
        });
        return Promise.resolve(new Map(found));
      },
      tagImage(imageId, tags) {
        if (!images.has(imageId)) return Promise.reject(new Error(`there is no image ${imageId}`));
        for (const tag of tags) engine.tags.set(tag, imageId);
        return Promise.resolve();
      },
    },
  };
  return engine;
}
