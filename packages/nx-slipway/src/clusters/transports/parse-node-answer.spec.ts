import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasImage } from './node-content';
import { parseNodeAnswer, type NodeAnswer } from './parse-node-answer';
import type { TransferImage } from './transfer-image';

const IMAGE_ID = 'sha256:270f621be6884e1da794207ed514eb6ed5b9f29a35243e97ef44ac1cd9e20c51';
const REFERENCE = 'localhost/redis:i-270f621be6884e1da794207e';
const BASE = 'sha256:9fc29375bea7e6ec9b477a9367cff35ed1cc017c2adb463977a7b5199376fd4e';

/** What the scripts printed with containerd 1.6.20 (Debian) and 2.2.1. */
function recorded(name: string): NodeAnswer {
  const answer = parseNodeAnswer(readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8'));
  if (!answer) throw new Error(`${name} has no end`);
  return answer;
}

function redis(reference = REFERENCE, imageId = IMAGE_ID): TransferImage {
  return { reference, record: { schemaVersion: 1, name: 'redis', imageId, platform: 'linux/amd64', layers: [] } };
}

describe('parseNodeAnswer', () => {
  it('tells which image ID a name leads to, and all blobs', () => {
    const { content, importCode } = recorded('containerd-1.6-present');
    expect(content.images.get(REFERENCE)).toEqual({ imageIds: [IMAGE_ID], isUnpacked: true });
    expect(content.digests.has(BASE)).toBe(true);
    expect(content.digests.size).toBe(12);
    expect(importCode).toBeUndefined();
  });

  it('tells of a node that has layers and not the image', () => {
    const { content } = recorded('containerd-2.2-absent');
    expect(content.images.size).toBe(0);
    expect(content.digests.has(BASE)).toBe(true);
  });

  it('tells how an import ended', () => {
    expect(recorded('containerd-1.6-cut-off').importCode).toBe(1);
  });

  it('is nothing where the answer was cut off, or there is none', () => {
    const whole = readFileSync(join(__dirname, 'fixtures', 'containerd-1.6-present.txt'), 'utf8');
    expect(parseNodeAnswer(whole.slice(0, whole.lastIndexOf('===')))).toBeUndefined();
    expect(parseNodeAnswer('')).toBeUndefined();
  });

  it('finds the images behind a list of manifests', () => {
    const [list, one, two] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`);
    const answer = parseNodeAnswer(
      [
        '=== nx-slipway images',
        `web:1 application/vnd.oci.image.index.v1+json ${list} complete (3/3) 1.0 KiB/1.0 KiB true`,
        `=== nx-slipway blob ${list}`,
        JSON.stringify({ manifests: [{ digest: one }, { digest: two }] }),
        `=== nx-slipway blob ${one}`,
        JSON.stringify({ config: { digest: IMAGE_ID } }),
        `=== nx-slipway blob ${two}`,
        '',
        '=== nx-slipway content',
        '=== nx-slipway end',
      ].join('\n'),
    );
    expect(answer?.content.images.get('web:1')?.imageIds).toEqual([IMAGE_ID]);
  });
});

describe('hasImage', () => {
  it('is true for an image that is unpacked, also when its layers are no longer there', () => {
    expect(hasImage(recorded('containerd-1.6-present').content, redis())).toBe(true);
    const discarded = recorded('containerd-2.2-layers-discarded').content;
    expect(discarded.digests.has(BASE)).toBe(false);
    expect(hasImage(discarded, redis())).toBe(true);
  });

  it('is false for a name that leads to another image', () => {
    const other = redis(REFERENCE, `sha256:${'1'.repeat(64)}`);
    expect(hasImage(recorded('containerd-1.6-present').content, other)).toBe(false);
  });

  it('is false for a name that containerd 1.6 left behind without its layers', () => {
    const broken = recorded('containerd-1.6-broken-name').content;
    const [imageId] = broken.images.get('localhost/redis:i-test')!.imageIds;
    expect(hasImage(broken, redis('localhost/redis:i-test', imageId))).toBe(false);
  });
});
