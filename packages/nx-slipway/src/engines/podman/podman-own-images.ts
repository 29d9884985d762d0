import * as z from 'zod';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { OWN_IMAGE_LABEL } from '../own-image-label';
import type { OwnImage, OwnImages } from '../own-images';
import { describePodmanFailure } from './podman-problems';

const listedImages = z
  .array(
    z.object({
      Id: z.string(),
      Names: z.array(z.string()).nullish(),
      Size: z.number(),
      Created: z.number(),
      ParentId: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    }),
  )
  .nullable();

const listedContainers = z.array(z.object({ ImageID: z.string() })).nullable();

/** The images in podman's storage that may be removed one day. */
export function createPodmanOwnImages(tools: Tools): OwnImages {
  return {
    engine: 'podman',
    list: (engineIds) => list(engineIds, tools),
    remove: (image) => remove(image, tools),
  };
}

async function list(engineIds: readonly string[], tools: Tools): Promise<readonly OwnImage[] | undefined> {
  const images = await run(['images', '--all', '--no-trunc', '--format', 'json'], tools);
  if (images.status === 'not-found') return undefined;
  // Working containers of builds are among the external ones.
  const containers = await run(['ps', '--all', '--external', '--no-trunc', '--format', 'json'], tools);
  for (const result of [images, containers]) if (result.status !== 'ok') throw describePodmanFailure(result);
  return parseOwnPodmanImages(images.stdout, containers.stdout, engineIds);
}

/** From `podman images --all` and `podman ps --all --external`, both as JSON (podman 4.3 to 5). An image may be listed once for each of its names. Pure. */
export function parseOwnPodmanImages(
  imagesJson: string,
  containersJson: string,
  engineIds: readonly string[],
): OwnImage[] {
  const [label, value] = OWN_IMAGE_LABEL.split('=') as [string, string];
  const known = engineIds.map(idOf);
  const used = new Set(
    (listedContainers.parse(JSON.parse(containersJson || 'null')) ?? []).map(({ ImageID }) => idOf(ImageID)),
  );
  const images = listedImages.parse(JSON.parse(imagesJson || 'null')) ?? [];
  const parents = new Set(images.map(({ ParentId }) => idOf(ParentId ?? '')));
  const found = new Map<string, OwnImage>();
  for (const { Id, Names, Size, Labels, Created } of images) {
    const engineId = idOf(Id);
    if (Labels?.[label] !== value && !known.some((start) => engineId.startsWith(start))) continue;
    const tags = new Set([...(found.get(engineId)?.tags ?? []), ...(Names ?? [])]);
    found.set(engineId, {
      engineId,
      tags: [...tags],
      sizeBytes: Size,
      // What is built with a fixed time has that one.
      createdAtMs: Created > 0 ? Created * 1_000 : undefined,
      isUsed: used.has(engineId),
      hasChildren: parents.has(engineId),
    });
  }
  return [...found.values()];
}

/** By its tags where it has some: podman refuses to remove an image of several tags by its ID, unless by force. */
async function remove({ engineId, tags }: OwnImage, tools: Tools): Promise<void> {
  const result = await run(
    ['image', 'rm', '--ignore', ...(tags.length > 0 ? tags : [engineId.replace(/^sha256:/, '')])],
    tools,
  );
  if (result.status !== 'ok') throw describePodmanFailure(result);
}

function run(args: readonly string[], tools: Tools): Promise<RunResult> {
  return tools.runner.run('podman', args, { env: tools.env, signal: tools.signal });
}

function idOf(hex: string): string {
  return hex.startsWith('sha256:') ? hex : `sha256:${hex}`;
}
