import { hash } from 'node:crypto';
import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { LayerFile, WantedImage } from '../exported-images';
import { buildCopyArgs, buildStoredConfigArgs } from './build-skopeo-args';
import { reasonOfSkopeoFailure } from './skopeo-problems';

/** So many images are read side by side: reading is half disk, half digests. */
const SIDE_BY_SIDE = 3;

type SkopeoTools = Pick<Tools, 'runner' | 'env' | 'signal'>;

/** What was read out of podman's storage, or why it could not be. */
export type SkopeoExport =
  | {
      readonly status: 'exported';
      readonly configs: ReadonlyMap<string, Buffer>;
      readonly layers: ReadonlyMap<string, LayerFile>;
    }
  | { readonly status: 'impossible'; readonly reason: string };

/**
 * Reads single layers out of podman's storage: skopeo copies each image to an OCI layout in which the layers that are not wanted are there
 * already, as sparse files of the right size, so that it skips them (containers/image 5.22, `oci/layout`, TryReusingBlob looks at the
 * file's name only). 69 ms instead of 3.3 s for 228 MB. What it reads has the digest that it is named by, since it is copied uncompressed.
 */
export async function exportWithSkopeo(
  images: readonly WantedImage[],
  wanted: ReadonlySet<string>,
  folder: string,
  tools: SkopeoTools,
): Promise<SkopeoExport> {
  const configs = new Map<string, Buffer>();
  const layers = new Map<string, LayerFile>();
  const reasons: string[] = [];
  const shares = shareLayers(images, wanted);
  await eachSideBySide(shares, async (share, index) => {
    if (reasons.length > 0) return;
    const exported = await exportImage(share, join(folder, String(index)), tools);
    if (typeof exported === 'string') return void reasons.push(exported);
    configs.set(share.image.imageId, exported.config);
    for (const [diffId, file] of exported.layers) layers.set(diffId, file);
  });
  const [reason] = reasons;
  return reason === undefined ? { status: 'exported', configs, layers } : { status: 'impossible', reason };
}

/** An image, and which of the wanted layers are read with it. */
export interface LayerShare {
  readonly image: WantedImage;
  readonly diffIds: ReadonlySet<string>;
}

/** Gives each wanted layer to the first image that has it: what images share is read once. Pure. */
export function shareLayers(images: readonly WantedImage[], wanted: ReadonlySet<string>): LayerShare[] {
  const left = new Set(wanted);
  return images.map((image) => ({
    image,
    diffIds: new Set(image.layers.map(({ diffId }) => diffId).filter((diffId) => left.delete(diffId))),
  }));
}

interface ExportedImage {
  readonly config: Buffer;
  readonly layers: ReadonlyMap<string, LayerFile>;
}

/** @returns why it is impossible, where it is */
async function exportImage(
  { image, diffIds }: LayerShare,
  folder: string,
  tools: SkopeoTools,
): Promise<ExportedImage | string> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const others = new Map(
    image.layers.filter(({ diffId }) => !diffIds.has(diffId)).map(({ diffId, bytes }) => [diffId, bytes]),
  );
  await Promise.all([...others].map(([diffId, bytes]) => makePlaceholder(join(blobs, hexOf(diffId)), bytes)));
  const copied = await runSkopeo(buildCopyArgs(image.tag), tools, folder);
  if (copied.status !== 'ok') return reasonOf(copied);
  const config = await readConfig(image, join(blobs, hexOf(image.imageId)), tools);
  if (typeof config === 'string') return config;
  const layers = await Promise.all([...diffIds].map((diffId) => findLayer(diffId, join(blobs, hexOf(diffId)))));
  const missing = layers.find((layer) => typeof layer === 'string');
  return missing ?? { config, layers: new Map(layers.filter((layer) => typeof layer !== 'string')) };
}

async function makePlaceholder(path: string, bytes: number): Promise<void> {
  await writeFile(path, '');
  await truncate(path, bytes);
}

/** An image in docker's format is converted on the way, and its config with it: then the engine's own is asked for. */
async function readConfig(image: WantedImage, path: string, tools: SkopeoTools): Promise<Buffer | string> {
  const copied = await readFile(path).catch(() => undefined);
  if (copied) return copied;
  const asked = await runSkopeo(buildStoredConfigArgs(image.tag), tools);
  if (asked.status !== 'ok') return reasonOf(asked);
  const config = Buffer.from(asked.stdout);
  const digest = `sha256:${hash('sha256', config, 'hex')}`;
  return digest === image.imageId ? config : `the config of ${image.tag} is ${digest}, not ${image.imageId}`;
}

async function findLayer(diffId: string, path: string): Promise<readonly [string, LayerFile] | string> {
  const file = await stat(path).catch(() => undefined);
  return file ? ([diffId, { path, bytes: file.size }] as const) : `skopeo did not write the layer ${diffId}`;
}

async function runSkopeo(
  args: readonly string[],
  { runner, env, signal }: SkopeoTools,
  cwd?: string,
): Promise<RunResult> {
  const result = await runner.run('skopeo', args, { env, signal, ...(cwd === undefined ? {} : { cwd }) });
  signal.throwIfAborted();
  return result;
}

function reasonOf(result: RunResult): string {
  return result.status === 'not-found' ? 'it is not installed' : reasonOfSkopeoFailure(result.stderr);
}

/** Ends when all have ended, also where one throws: what they write to is then removed. */
async function eachSideBySide<Item>(
  items: readonly Item[],
  visit: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()];
  const takeTurns = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await visit(next[1], next[0]);
  };
  const ended = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, takeTurns));
  const failed = ended.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
