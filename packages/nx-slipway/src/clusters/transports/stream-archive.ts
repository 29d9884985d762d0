import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ArchiveMember } from './image-layout';

const BLOCK_BYTES = 512;
/** Larger than Node's default: a layer of 200 MB is then 200 reads. */
const READ_BYTES = 1024 * 1024;
/** What 11 octal digits can say. */
const MAX_OCTAL_SIZE = 8 ** 11 - 1;

/** The members as a tar archive, read from their files as the reader takes them. */
export function streamArchive(members: readonly ArchiveMember[]): Readable {
  return Readable.from(writeArchive(members), { objectMode: false, highWaterMark: READ_BYTES });
}

/** How many bytes `streamArchive` gives. Pure. */
export function sizeOfArchive(members: readonly ArchiveMember[]): number {
  return members.reduce((sum, member) => sum + BLOCK_BYTES + sizeOf(member) + paddingOf(member), 2 * BLOCK_BYTES);
}

async function* writeArchive(members: readonly ArchiveMember[]): AsyncGenerator<Buffer> {
  for (const member of members) {
    yield buildTarHeader(member.name, sizeOf(member));
    if ('content' in member) yield member.content;
    else yield* readMember(member.path, member.bytes);
    yield Buffer.alloc(paddingOf(member));
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

async function* readMember(path: string, bytes: number): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    read += (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  if (read !== bytes) throw new Error(`${path} has ${read} bytes instead of ${bytes}`);
}

/**
 * The header of a file in a tar archive (POSIX.1-1988 ustar; sizes from 8 GiB in GNU's base 256, which Go's archive/tar reads). Pure.
 * @throws {Error} for a name of more than 100 bytes
 */
export function buildTarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is too long for an archive`);
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (size <= MAX_OCTAL_SIZE) header.write(size.toString(8).padStart(11, '0'), 124);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function sizeOf(member: ArchiveMember): number {
  return 'content' in member ? member.content.length : member.bytes;
}

function paddingOf(member: ArchiveMember): number {
  return (BLOCK_BYTES - (sizeOf(member) % BLOCK_BYTES)) % BLOCK_BYTES;
}
