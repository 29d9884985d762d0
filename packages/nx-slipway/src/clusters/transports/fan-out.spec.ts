import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createFanOut } from './fan-out';

async function readAll(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('createFanOut', () => {
  it('gives every reader everything', async () => {
    const fanOut = createFanOut();
    const reads = [readAll(fanOut.addOutput()), readAll(fanOut.addOutput())];
    fanOut.input.write('one ');
    fanOut.input.end('two');
    await expect(Promise.all(reads)).resolves.toEqual(['one two', 'one two']);
    expect(fanOut.writtenBytes()).toBe(7);
  });

  it('waits for the slowest, and no longer for one that has gone', async () => {
    const fanOut = createFanOut();
    const [quick, slow] = [fanOut.addOutput(), fanOut.addOutput()];
    const read = readAll(quick);
    const chunk = Buffer.alloc(64 * 1024);
    let written = 0;
    const writing = (async (): Promise<void> => {
      for (; written < 8; written++) {
        if (!fanOut.input.write(chunk)) await once(fanOut.input, 'drain');
      }
      fanOut.input.end();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBeLessThan(8);
    slow.destroy();
    await writing;
    expect((await read).length).toBe(8 * chunk.length);
  });

  it('breaks all outputs when the writer fails: a part must not look like the whole', async () => {
    const fanOut = createFanOut();
    const read = readAll(fanOut.addOutput());
    fanOut.input.write('half');
    fanOut.input.destroy();
    await expect(read).rejects.toThrow('cut off');
  });
});
