import type { ImageStore, StoredImage } from './image-store';

/** An image store that asks its engine once for what it finds: one task looks at the same images several times. */
export function rememberFoundImages(store: ImageStore): ImageStore {
  const known = new Map<string, StoredImage>();
  return {
    engine: store.engine,
    listLayers: (imageId) => store.listLayers(imageId),
    saveImages: (tags, archive) => store.saveImages(tags, archive),
    async findImages(references) {
      const unknown = references.filter((reference) => !known.has(reference));
      if (unknown.length > 0) {
        for (const [reference, image] of await store.findImages(unknown)) known.set(reference, image);
      }
      return new Map(references.flatMap((reference) => entryOf(reference, known)));
    },
    async tagImage(imageId, tags) {
      for (const tag of tags) known.delete(tag);
      await store.tagImage(imageId, tags);
    },
  };
}

function entryOf(reference: string, known: ReadonlyMap<string, StoredImage>): [string, StoredImage][] {
  const image = known.get(reference);
  return image ? [[reference, image]] : [];
}
