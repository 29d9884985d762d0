import { PassThrough } from 'node:stream';
import { readImageArchive, type ArchivedImage } from './archive/read-image-archive';
import type { ImageStore } from './image-store';

/**
 * Reads an image through the archive that its engine saves, as it streams by: no container, no file.
 * @throws {SlipwayError} the ENGINE codes; {Error} for an archive that is not understood
 */
export async function readSavedImage(reference: string, save: ImageStore['saveImages']): Promise<ArchivedImage> {
  const archive = new PassThrough();
  const reading = readToEnd(archive);
  const [saved, read] = await Promise.allSettled([save([reference], archive), reading]);
  // Who fails first takes the other along: a save that fails cuts the archive off, a reader that stops breaks the engine's pipe.
  if (read.status === 'rejected' && read.reason instanceof UnreadArchive) throw read.reason.cause;
  if (saved.status === 'rejected') throw saved.reason;
  if (read.status === 'rejected') throw read.reason;
  return read.value;
}

/** The archive had more to come when its reader gave up. */
class UnreadArchive extends Error {}

/** What is left of an archive that could not be read is thrown away, so that the engine comes to its end. */
async function readToEnd(archive: PassThrough): Promise<ArchivedImage> {
  try {
    return await readImageArchive(archive);
  } catch (cause) {
    throw archive.writableEnded ? cause : new UnreadArchive('the archive was not read to its end', { cause });
  } finally {
    archive.destroy();
  }
}
