import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEMORY_AMOUNT_PATTERN, memoryAmountSchema, parseMemoryAmount, renderMiB } from './memory-amount';

describe('parseMemoryAmount', () => {
  it.each<[string | number, number]>([
    ['2GiB', 2_048],
    ['1.5 GiB', 1_536],
    ['512Mi', 512],
    ['2048KiB', 2],
    ['1TiB', 1_048_576],
    ['800MB', 763],
    ['2GB', 1_908],
    [1_073_741_824, 1_024],
    [1_048_577, 2],
  ])('takes %s for %d MiB', (amount, mebibytes) => {
    expect(parseMemoryAmount(amount)).toBe(mebibytes);
  });

  it.each<string | number>([
    '4 elephants',
    '2g',
    '2G',
    '2048',
    '-1GiB',
    'GiB',
    '',
    '1KiB',
    2_048,
    0,
    -1,
    NaN,
    Infinity,
  ])('does not take %p for one', (amount) => {
    expect(parseMemoryAmount(amount)).toBeUndefined();
    expect(memoryAmountSchema.safeParse(amount).success).toBe(false);
  });

  it('is refused as an option with what was written', () => {
    expect(memoryAmountSchema.safeParse('4 elephants').error?.issues[0]?.message).toBe(
      '"4 elephants" is not an amount of memory, e.g. "2GiB" or "800MB"',
    );
  });

  it.each(['plugin-options.schema.json', 'src/executors/image-build/schema.json'])('%s has its pattern', (path) => {
    const text = readFileSync(join(__dirname, '../..', path), 'utf8');
    expect(text).toContain(JSON.stringify(MEMORY_AMOUNT_PATTERN.source));
  });
});

describe('renderMiB', () => {
  it('is short and for people', () => {
    expect([renderMiB(640.4), renderMiB(1_024), renderMiB(3_481.6)]).toEqual(['640 MiB', '1.0 GiB', '3.4 GiB']);
  });
});
