import { Duplex } from 'node:stream';
import { createChannelStream } from './open-port-channel';
import { OPCODE } from './web-socket-frames';

/** An unmasked frame, as a server sends it. */
const frame = (opcode: number, ...bytes: number[]): Buffer => Buffer.from([0x80 | opcode, bytes.length, ...bytes]);

const PORT = [0x90, 0x1f]; // 8080, little endian
const OPENING: Buffer = Buffer.concat([frame(OPCODE.binary, 0, ...PORT), frame(OPCODE.binary, 1, ...PORT)]);
const text = (value: string): number[] => [...Buffer.from(value)];

/** A channel, and the socket below it as the server has it. */
function open(head: Buffer = OPENING) {
  const sent: Buffer[] = [];
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      sent.push(chunk);
      done();
    },
  });
  const stream = createChannelStream(socket, head);
  const received: Buffer[] = [];
  const ended = new Promise<string>((resolve) => {
    stream
      .on('data', (chunk: Buffer) => received.push(chunk))
      .on('end', () => resolve('end'))
      .on('error', (error) => resolve(error.message));
  });
  return { stream, socket, ended, received: () => Buffer.concat(received).toString(), sent };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createChannelStream', () => {
  it('gives what comes on the data channel, without the port that begins it', async () => {
    const channel = open();
    channel.socket.push(frame(OPCODE.binary, 0, ...text('hello')));
    channel.socket.push(frame(OPCODE.binary, 0, ...text(' world')));
    await settle();
    expect(channel.received()).toBe('hello world');
  });

  it('does not take content for the port where both come in one message', async () => {
    const channel = open(frame(OPCODE.binary, 0, ...PORT, ...text('at once')));
    await settle();
    expect(channel.received()).toBe('at once');
  });

  it('sends on the data channel, masked', async () => {
    const channel = open();
    channel.stream.write('ask');
    await settle();
    const [message] = channel.sent;
    expect(message?.readUInt8(1)).toBe(0x80 | 4);
    const mask = message?.subarray(2, 6) ?? Buffer.alloc(4);
    const payload = [...(message?.subarray(6) ?? [])].map((byte, at) => byte ^ mask.readUInt8(at % 4));
    expect(payload).toEqual([0, ...text('ask')]);
  });

  it('answers a ping', async () => {
    const channel = open();
    channel.socket.push(frame(OPCODE.ping, ...text('p')));
    await settle();
    expect((channel.sent[0]?.readUInt8(0) ?? 0) & 0x0f).toBe(OPCODE.pong);
  });

  it('ends when the server closes, with or without a goodbye', async () => {
    const polite = open();
    polite.socket.push(frame(OPCODE.close));
    expect(await polite.ended).toBe('end');
    const abrupt = open();
    abrupt.socket.push(null);
    expect(await abrupt.ended).toBe('end');
  });

  it('ends with what the error channel says', async () => {
    const channel = open();
    channel.socket.push(frame(OPCODE.binary, 1, ...text('connection refused')));
    expect(await channel.ended).toBe('connection refused');
    expect(channel.socket.destroyed).toBe(true);
  });
});
