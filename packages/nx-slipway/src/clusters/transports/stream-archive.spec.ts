import { extract } from 'tar-stream';
import { buildTarHeader, sizeOfArchive, streamArchive } from './stream-archive';

async function read(archive: AsyncIterable<unknown>): Promise<{ bytes: Buffer; entries: [string, number, string][] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const entries: [string, number, string][] = [];
  const reader = extract();
  reader.on('entry', (header, content, next) => {
    let text = '';
    content.on('data', (chunk: Buffer) => (text += chunk.toString()));
    content.on('end', () => {
      entries.push([header.name, header.size ?? -1, text]);
      next();
    });
  });
  reader.end(bytes);
  await new Promise((resolve) => reader.on('finish', resolve));
  return { bytes, entries };
}

describe('streamArchive', () => {
  const members = [
    { name: 'a', content: Buffer.from('first') },
    { name: 'empty', content: Buffer.alloc(0) },
    { name: 'b'.repeat(100), content: Buffer.from('x'.repeat(512)) },
  ];

  it('gives what another reader of archives understands, of the size that was told', async () => {
    const { bytes, entries } = await read(streamArchive(members));
    expect(entries).toEqual([
      ['a', 5, 'first'],
      ['empty', 0, ''],
      ['b'.repeat(100), 512, 'x'.repeat(512)],
    ]);
    expect(bytes).toHaveLength(sizeOfArchive(members));
  });
});

describe('buildTarHeader', () => {
  it('refuses a name that does not fit', () => {
    expect(() => buildTarHeader('n'.repeat(101), 0)).toThrow('too long');
  });

  it('writes a size that eight octal digits cannot say', () => {
    const reader = extract();
    const size = 9 * 1024 ** 3;
    const seen = new Promise((resolve) => reader.on('entry', (header) => resolve(header.size)));
    reader.write(buildTarHeader('layer', size));
    return expect(seen).resolves.toBe(size);
  });
});
