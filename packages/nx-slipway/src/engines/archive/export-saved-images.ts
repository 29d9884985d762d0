import { createHash, hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Headers } from 'tar-stream';
import { SlipwayError } from '../../errors/slipway-error';
import type { LayerFile, WantedImage } from '../exported-images';
import type { ImageStore } from '../image-store';
import { eachEntry, isGzip, isTar, isZstandard, MAX_DOCUMENT_BYTES, peek, readWhole } from './archive-members';

/** Files below a folder. */
export interface SavedExport {
  readonly configs: ReadonlyMap<string, Buffer>;
  readonly layers: ReadonlyMap<string, LayerFile>;
}

/**
 * Reads wanted layers out of what an engine saves: all of the images passes by, and what is wanted is kept, uncompressed, under the digest
 * that its bytes have. Names and links of the archive say nothing here, so every kind of archive that `docker save` and `podman save`
 * write is understood (docker 20.10 and later, podman 4.3 and later).
 * @throws {SlipwayError} the ENGINE codes; ENGINE_OUTPUT_UNREADABLE where the archive lacks what is wanted
 */
export async function exportSavedImages(
  images: readonly WantedImage[],
  wanted: ReadonlySet<string>,
  folder: string,
  source: ImageStore,
): Promise<SavedExport> {
  const sieve = new ArchiveSieve(images, wanted, folder);
  const archive = new PassThrough();
  const reading = sieve.read(archive).finally(() => archive.destroy());
  const tags = images.map(({ tag }) => tag);
  const [saved, read] = await Promise.allSettled([source.saveImages(tags, archive), reading]);
  // A save that fails cuts the archive off, and a reader that stops breaks the engine's pipe: who names the reason is not the last.
  if (read.status === 'rejected' && !isCutOff(read.reason)) throw unreadable(source, tags, read.reason);
  if (saved.status === 'rejected') throw saved.reason;
  if (read.status === 'rejected') throw unreadable(source, tags, read.reason);
  const lacking = sieve.findLacking();
  if (lacking !== undefined) throw unreadable(source, tags, `the archive has no ${lacking}`);
  return sieve;
}

class ArchiveSieve implements SavedExport {
  readonly configs = new Map<string, Buffer>();
  readonly layers = new Map<string, LayerFile>();
  private readonly imageIds: ReadonlySet<string>;
  /** Layers that need not be looked at, where a member's name says which layer it is. */
  private readonly unwanted: ReadonlySet<string>;
  private written = 0;

  constructor(
    images: readonly WantedImage[],
    private readonly wanted: ReadonlySet<string>,
    private readonly folder: string,
  ) {
    this.imageIds = new Set(images.map(({ imageId }) => imageId));
    const diffIds = images.flatMap(({ layers }) => layers.map(({ diffId }) => diffId));
    this.unwanted = new Set(diffIds.filter((diffId) => !wanted.has(diffId)));
  }

  read(archive: Readable): Promise<void> {
    return eachEntry(archive, (header, content) => this.readMember(header, content));
  }

  findLacking(): string | undefined {
    return (
      [...this.imageIds].find((imageId) => !this.configs.has(imageId)) ??
      [...this.wanted].find((diffId) => !this.layers.has(diffId))
    );
  }

  private async readMember(header: Headers, content: Readable): Promise<void> {
    if (header.type !== 'file' || this.isUnwanted(header.name)) return;
    const { first, whole } = await peek(content);
    if (isZstandard(first)) throw new Error(`the layer ${header.name} is compressed with zstd, which is not read`);
    if (isTar(first)) await this.keepLayer(whole);
    else if (isGzip(first)) await this.keepLayer(whole.pipe(createGunzip()));
    else if ((header.size ?? 0) <= MAX_DOCUMENT_BYTES) this.keepConfig(await readWhole(whole));
  }

  /** podman names layers `<diff ID>.tar`, docker 25 and later `blobs/sha256/<digest>`, which for an uncompressed one is its diff ID. */
  private isUnwanted(name: string): boolean {
    const hex = /(?:^|\/)([0-9a-f]{64})(?:\.tar)?$/.exec(name)?.[1];
    return hex !== undefined && this.unwanted.has(`sha256:${hex}`);
  }

  private keepConfig(document: Buffer): void {
    const digest = `sha256:${hash('sha256', document, 'hex')}`;
    if (this.imageIds.has(digest)) this.configs.set(digest, document);
  }

  private async keepLayer(layer: Readable): Promise<void> {
    const part = join(this.folder, `layer-${this.written++}`);
    const digests = createHash('sha256');
    let bytes = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done): void {
        digests.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(layer, measured, createWriteStream(part));
    const hex = digests.digest('hex');
    if (!this.wanted.has(`sha256:${hex}`)) return rm(part);
    const path = join(this.folder, hex);
    await rename(part, path);
    this.layers.set(`sha256:${hex}`, { path, bytes });
  }
}

/** The archive ended too early, since nobody writes it any more. */
function isCutOff(reason: unknown): boolean {
  const code = (reason as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || String(reason).includes('Unexpected end of data');
}

function unreadable({ engine }: ImageStore, tags: readonly string[], reason: unknown): SlipwayError {
  const facts = { engine, command: `${engine} save ${tags.join(' ')}`, reason: String(reason) };
  return new SlipwayError('ENGINE_OUTPUT_UNREADABLE', facts, { cause: reason });
}
