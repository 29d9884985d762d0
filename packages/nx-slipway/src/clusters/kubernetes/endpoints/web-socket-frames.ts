/** Opcodes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame of a WebSocket, its mask taken off. */
export interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
}

/** Lengths from which on they are written in two and in eight bytes. */
const TWO_BYTES = 126;
const EIGHT_BYTES = 65_536;

/** A whole message in one frame, masked as those of a client have to be (RFC 6455, section 5.3). Pure. */
export function encodeFrame(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const masked = Buffer.from(payload);
  for (let at = 0; at < masked.length; at++) masked.writeUInt8(masked.readUInt8(at) ^ mask.readUInt8(at % 4), at);
  return Buffer.concat([encodeHead(opcode, payload.length), mask, masked]);
}

function encodeHead(opcode: number, length: number): Buffer {
  const last = 0x80 | opcode;
  const isMasked = 0x80;
  if (length < TWO_BYTES) return Buffer.from([last, isMasked | length]);
  if (length < EIGHT_BYTES) {
    const head = Buffer.from([last, isMasked | 126, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.from([last, isMasked | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** Takes bytes as they come, and gives frames when they are whole. */
export interface FrameReader {
  push(bytes: Buffer): Frame[];
}

/** Reads what a server sends, which is not masked. */
export function createFrameReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push: (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const frames: Frame[] = [];
      for (let found = readFrame(rest); found; found = readFrame(rest)) {
        frames.push(found.frame);
        rest = rest.subarray(found.length);
      }
      return frames;
    },
  };
}

function readFrame(bytes: Buffer): { readonly frame: Frame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const short = bytes.readUInt8(1) & 0x7f;
  const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < headLength) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < headLength + length) return undefined;
  const payload = bytes.subarray(headLength, headLength + length);
  return {
    frame: { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload },
    length: headLength + length,
  };
}
