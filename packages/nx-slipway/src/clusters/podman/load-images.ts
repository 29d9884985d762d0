import { Transform } from 'node:stream';
import { imageTagOf, type ImageRecord } from '../../artifact/image-record';
import type { ImageStore } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { LoadReport } from '../cluster';
import { imageMissing } from './assert-images';
import type { ClusterTools } from './cluster-tools';

/**
 * Makes sure that podman's storage has images under their image tags, with their image IDs. Looks first. Where another engine built
 * them, what is missing goes from its storage to podman's in one stream, without a file, each layer once.
 * @throws {SlipwayError} CLUSTER_IMAGE_MISSING, CLUSTER_LOAD_FAILED, the ENGINE codes
 */
export async function loadImages(
  records: readonly ImageRecord[],
  source: ImageStore,
  edge: ClusterTools,
): Promise<LoadReport[]> {
  const missing = await listMissing(records, edge.images);
  const sentBytes = missing.length > 0 && source.engine !== 'podman' ? await sendImages(missing, source, edge) : 0;
  const [firstMissing] = sentBytes > 0 ? await listMissing(missing, edge.images) : missing;
  if (firstMissing) {
    const tag = imageTagOf(firstMissing.name, firstMissing.imageId);
    throw imageMissing(tag, firstMissing.imageId, (await edge.images.findImages([tag])).get(tag)?.imageId);
  }
  // One stream is not the sum of its images: they share layers. So its bytes are told with the first of them.
  return records.map((record) => ({
    image: record.name,
    status: missing.includes(record) ? 'loaded' : 'present',
    sentBytes: record === missing[0] ? sentBytes : 0,
  }));
}

/** Images that podman has under their ID, without the tag, get the tag here. */
async function listMissing(records: readonly ImageRecord[], images: ImageStore): Promise<ImageRecord[]> {
  const references = records.flatMap(({ name, imageId }) => [imageTagOf(name, imageId), imageId]);
  const stored = await images.findImages(references);
  const missing: ImageRecord[] = [];
  for (const record of records) {
    const tag = imageTagOf(record.name, record.imageId);
    if (stored.get(tag)?.imageId === record.imageId) continue;
    if (stored.has(record.imageId) && !stored.has(tag)) await images.tagImage(record.imageId, [tag]);
    else missing.push(record);
  }
  return missing;
}

/** @throws {SlipwayError} CLUSTER_IMAGE_MISSING */
async function assertInSource(records: readonly ImageRecord[], source: ImageStore): Promise<void> {
  const stored = await source.findImages(records.map(({ name, imageId }) => imageTagOf(name, imageId)));
  for (const { name, imageId } of records) {
    const tag = imageTagOf(name, imageId);
    const found = stored.get(tag)?.imageId;
    if (found !== imageId) throw imageMissing(tag, imageId, found);
  }
}

async function sendImages(records: readonly ImageRecord[], source: ImageStore, edge: ClusterTools): Promise<number> {
  await assertInSource(records, source);
  let bytes = 0;
  const archive = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const tags = records.map(({ name, imageId }) => imageTagOf(name, imageId));
  const [saved, loaded] = await Promise.allSettled([
    source.saveImages(tags, archive),
    edge.podman.attempt(['load', '--quiet'], { inputFrom: archive }),
  ]);
  // A save that fails cuts the archive off, so podman's complaint comes second.
  if (saved.status === 'rejected') throw saved.reason;
  if (loaded.status === 'rejected') throw loaded.reason;
  const { status, exitCode, output } = loaded.value;
  if (status === 'ok') return bytes;
  const facts = { images: tags.join(', '), engine: source.engine, exitCode: exitCode ?? status };
  throw new SlipwayError('CLUSTER_LOAD_FAILED', facts, { toolOutput: output });
}
