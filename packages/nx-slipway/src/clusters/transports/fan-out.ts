import { once } from 'node:events';
import { PassThrough, Writable, type Readable } from 'node:stream';

/** One stream that many read. */
export interface FanOut {
  readonly input: Writable;
  /** One more reader. To be called before anything is written. */
  addOutput(): Readable;
  /** How many bytes were written. */
  writtenBytes(): number;
}

/**
 * Gives what is written to all readers. The slowest of them sets the pace, and one that stops reading no longer counts. Where the writer fails, the
 * outputs fail too: an archive that was cut off must not look like a whole one.
 */
export function createFanOut(): FanOut {
  const outputs: PassThrough[] = [];
  let bytes = 0;
  const input = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      void Promise.all(outputs.map((output) => writeTo(output, chunk))).then(() => done(), done);
    },
    final(done): void {
      for (const output of outputs) output.end();
      done();
    },
    destroy(error, done): void {
      for (const output of outputs) {
        if (!output.writableEnded) output.destroy(error ?? new Error('the stream was cut off'));
      }
      done(error);
    },
  });
  return {
    input,
    addOutput() {
      const output = new PassThrough();
      // Its reader is told too; without a listener here a reader that is gone already would end the process.
      output.on('error', () => undefined);
      outputs.push(output);
      return output;
    },
    writtenBytes: () => bytes,
  };
}

async function writeTo(output: PassThrough, chunk: Buffer): Promise<void> {
  if (output.destroyed || output.write(chunk)) return;
  const stop = new AbortController();
  const waits = ['drain', 'close'].map((event) => once(output, event, { signal: stop.signal }));
  // The wait that lost is called off, and both end where the output fails.
  await Promise.race(waits).catch(() => undefined);
  stop.abort();
  await Promise.allSettled(waits);
}
