import * as z from 'zod';
import type { LayerRecord } from '../../artifact/image-record';
import type { StoredImage } from '../image-store';

const inspectedImages = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Os: z.string(),
    Architecture: z.string(),
    Variant: z.string().nullish(),
    RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
    History: z.array(z.object({ empty_layer: z.boolean().nullish(), created_by: z.string().nullish() })).nullish(),
  }),
);

const historyRows = z.array(z.object({ size: z.number() }));

/** Reads the JSON of `podman image inspect`. Throws a plain error for anything else. */
export function parsePodmanImages(inspectJson: string): StoredImage[] {
  return inspectedImages.parse(JSON.parse(inspectJson)).map((image) => ({
    imageId: withAlgorithm(image.Id),
    platform: [image.Os, image.Architecture, ...(image.Variant ? [image.Variant] : [])].join('/'),
    tags: image.RepoTags ?? [],
    labels: image.Labels ?? {},
    onbuild: (image.History ?? []).flatMap(
      ({ created_by: step }) => /(?:^|\s)ONBUILD\s+(.*)$/s.exec(step ?? '')?.[1] ?? [],
    ),
  }));
}

/**
 * The image among `images` that a reference names: by image ID, by full tag, or by a tag without its registry
 * (`debian:bookworm-slim` for `docker.io/library/debian:bookworm-slim`); `latest` where the reference has no tag.
 */
export function findReferencedImage(reference: string, images: readonly StoredImage[]): StoredImage | undefined {
  const tagged = /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
  return (
    images.find(({ imageId }) => imageId === withAlgorithm(reference)) ??
    images.find(({ tags }) => tags.includes(tagged)) ??
    images.find(({ tags }) => tags.some((tag) => tag.endsWith(`/${tagged}`)))
  );
}

/**
 * Diff IDs with sizes, bottom first. `podman image inspect` has the diff IDs and which history entries made no layer,
 * `podman history --format json` has the sizes, newest first; a size of an entry that made a layer is that layer's.
 */
export function parsePodmanLayers(inspectJson: string, historyJson: string): LayerRecord[] {
  const [image] = inspectedImages.parse(JSON.parse(inspectJson));
  const rows = historyRows.parse(JSON.parse(historyJson)).reverse();
  const history = image?.History ?? [];
  const sizes = rows.filter((_, index) => history[index]?.empty_layer !== true).map(({ size }) => size);
  const diffIds = image?.RootFS.Layers ?? [];
  if (rows.length !== history.length || sizes.length !== diffIds.length) {
    throw new Error(`${diffIds.length} layers, but ${sizes.length} sizes in ${history.length} history entries`);
  }
  return diffIds.map((diffId, index) => ({ diffId, bytes: sizes[index] ?? 0 }));
}

function withAlgorithm(imageId: string): string {
  return imageId.startsWith('sha256:') ? imageId : `sha256:${imageId}`;
}
