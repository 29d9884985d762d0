import * as z from 'zod';
import type { LayerRecord } from '../../artifact/image-record';
import type { StoredImage } from '../image-store';

const inspectedImages = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    RepoDigests: z.array(z.string()).nullish(),
    Os: z.string(),
    Architecture: z.string(),
    Variant: z.string().nullish(),
    Config: z
      .object({ Labels: z.record(z.string(), z.string()).nullish(), OnBuild: z.array(z.string()).nullish() })
      .nullish(),
    RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
    Descriptor: z.object({ annotations: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
);

const historyRow = z.object({ Size: z.string(), CreatedBy: z.string() });

/** An image as docker describes it. */
export interface DockerImage extends Omit<StoredImage, 'imageId'> {
  /** What docker calls it: the digest of its config, in the containerd image store that of its manifest. */
  readonly dockerName: string;
  /** The digest of its config; `undefined` where docker does not tell it. */
  readonly imageId: string | undefined;
  readonly diffIds: readonly string[];
}

/**
 * Reads the JSON of `docker image inspect`. Throws a plain error for anything else.
 *
 * The containerd image store is told by the ID: there it is the digest of a manifest, which is also a repository digest. Docker 28 and
 * later then has a descriptor, and for what BuildKit built its annotation `config.digest` (seen with 29); what was loaded or pulled lacks it.
 */
export function parseDockerImages(inspectJson: string): DockerImage[] {
  return inspectedImages.parse(JSON.parse(inspectJson)).map((image) => {
    const repoDigests = (image.RepoDigests ?? []).map((text) => text.replace(/^.*@/, ''));
    const configDigest = image.Descriptor?.annotations?.['config.digest'];
    const isManifest = (image.Descriptor ?? undefined) !== undefined || repoDigests.includes(image.Id);
    return {
      dockerName: image.Id,
      imageId: isManifest ? configDigest : image.Id,
      platform: [image.Os, image.Architecture, ...(image.Variant ? [image.Variant] : [])].join('/'),
      tags: image.RepoTags ?? [],
      labels: image.Config?.Labels ?? {},
      onbuild: image.Config?.OnBuild ?? [],
      diffIds: image.RootFS.Layers ?? [],
    };
  });
}

/** The image among `images` that a reference names: by docker's ID, by image ID, or by tag. */
export function findDockerImage<Image extends Pick<DockerImage, 'dockerName' | 'imageId' | 'tags'>>(
  reference: string,
  images: readonly Image[],
): Image | undefined {
  const id = reference.startsWith('sha256:') ? reference : `sha256:${reference}`;
  return (
    images.find(({ dockerName, imageId }) => dockerName === id || imageId === id) ??
    images.find(({ tags }) => tags.some((tag) => canonicalTag(tag) === canonicalTag(reference)))
  );
}

/** docker leaves `docker.io/library/` away in what it prints, and `latest` may be left away in what it is asked. */
function canonicalTag(reference: string): string {
  const tagged = /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
  return tagged.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '');
}

/** Instructions that make no layer under BuildKit, as history shows them; `#(nop)` is the builder before it. */
const WITHOUT_LAYER =
  /^(?:(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME) |\/bin\/sh -c #\(nop\) (?! *(?:ADD|COPY) ))/;

/**
 * Diff IDs with sizes, bottom first; `undefined` where it cannot be told which is which. `docker history` has a row for each step,
 * newest first, and does not say which of them made a layer: those with a size did, and without one the instruction decides.
 */
export function parseDockerLayers(diffIds: readonly string[], historyLines: string): LayerRecord[] | undefined {
  const sizes = historyLines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => historyRow.parse(JSON.parse(line)))
    .filter(({ Size, CreatedBy }) => Number(Size) > 0 || !WITHOUT_LAYER.test(CreatedBy))
    .map(({ Size }) => Number(Size))
    .reverse();
  if (sizes.length !== diffIds.length || sizes.some(Number.isNaN)) return undefined;
  return diffIds.map((diffId, index) => ({ diffId, bytes: sizes[index] ?? 0 }));
}
