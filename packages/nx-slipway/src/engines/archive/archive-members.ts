import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Headers } from 'tar-stream';

/** Larger members that are no layers are nothing that is needed. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const BLOCK_BYTES = 512;

/** Calls `visit` for each entry of a tar stream, one after the other, and reads over what it leaves. */
export async function eachEntry(
  tar: Readable,
  visit: (header: Headers, content: Readable) => Promise<void>,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const reader = extract();
  reader.on('entry', (header, content, next) => {
    visit(header, content as unknown as Readable).then(() => {
      content.resume();
      next();
    }, next);
  });
  await pipeline(tar, reader);
}

/** A member whose first bytes were looked at. */
export interface PeekedMember {
  /** The first bytes: a block, or all where the member is shorter. */
  readonly first: Buffer;
  /** The member from its beginning. */
  readonly whole: Readable;
}

/**
 * Looks at the first bytes of a member. It takes chunks as they come: asking a stream for a number of bytes that it has not yet, and waiting for
 * it to be readable, never gives it a chance to read on (readable-stream 3, whenever a pipe's chunk ends within them).
 */
export async function peek(content: Readable): Promise<PeekedMember> {
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head: Buffer[] = [];
  let bytes = 0;
  while (bytes < BLOCK_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    bytes += next.value.length;
  }
  const first = Buffer.concat(head);
  return { first: first.subarray(0, BLOCK_BYTES), whole: Readable.from(followedBy(first, chunks)) };
}

async function* followedBy(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

/** Whether a member's first block is that of a tar, also of one without entries. */
export function isTar(first: Buffer): boolean {
  const isEmptyArchive = first.length === BLOCK_BYTES && first.every((byte) => byte === 0);
  return isEmptyArchive || first.subarray(257, 262).toString('latin1') === 'ustar';
}

/** Whether a member's first bytes are those of gzip (RFC 1952). */
export function isGzip(first: Buffer): boolean {
  return first[0] === 0x1f && first[1] === 0x8b;
}

/** Whether a member's first bytes are those of zstd (RFC 8878). */
export function isZstandard(first: Buffer): boolean {
  return first.length >= 4 && first.readUInt32LE(0) === 0xfd2fb528;
}

/** All of a member's bytes. */
export async function readWhole(content: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `./a/b/` is `a/b`, and `./` is the empty path. */
export function pathOf(name: string): string {
  return name
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}
