import { createFrameReader, encodeFrame, OPCODE } from './web-socket-frames';

describe('encodeFrame', () => {
  it('is the masked example of RFC 6455, section 5.7', () => {
    const mask = Buffer.from('37fa213d', 'hex');
    expect(encodeFrame(OPCODE.text, Buffer.from('Hello'), mask).toString('hex')).toBe('818537fa213d7f9f4d5158');
  });

  it.each([
    [125, '82fd'],
    [126, '82fe007e'],
    [65_535, '82feffff'],
    [65_536, '82ff0000000000010000'],
  ])('writes the length %i as the RFC has it', (length, head) => {
    const frame = encodeFrame(OPCODE.binary, Buffer.alloc(length), Buffer.alloc(4));
    expect(frame.subarray(0, head.length / 2).toString('hex')).toBe(head);
    expect(frame).toHaveLength(head.length / 2 + 4 + length);
  });
});

describe('createFrameReader', () => {
  it('reads the unmasked example of the RFC, byte by byte', () => {
    const reader = createFrameReader();
    const frames = [...Buffer.from('810548656c6c6f', 'hex')].flatMap((byte) => reader.push(Buffer.from([byte])));
    expect(frames).toEqual([{ opcode: OPCODE.text, isLast: true, payload: Buffer.from('Hello') }]);
  });

  it('reads a message in fragments, with a ping between them', () => {
    const frames = createFrameReader().push(Buffer.from('010348656c' + '890568656c6c6f' + '80026c6f', 'hex'));
    expect(frames.map(({ opcode, isLast, payload }) => [opcode, isLast, payload.toString()])).toEqual([
      [OPCODE.text, false, 'Hel'],
      [OPCODE.ping, true, 'hello'],
      [OPCODE.continuation, true, 'lo'],
    ]);
  });

  it('reads long frames', () => {
    const payload = Buffer.alloc(70_000, 7);
    const head = Buffer.from('827f0000000000011170', 'hex');
    expect(createFrameReader().push(Buffer.concat([head, payload]))[0]?.payload).toEqual(payload);
  });
});
