import { parseQuantity } from './quantity';

describe('parseQuantity', () => {
  it.each([
    ['128Mi', 134_217_728],
    ['1G', 1_000_000_000],
    ['500m', 0.5],
    ['1.5', 1.5],
    ['1e3', 1_000],
    [2, 2],
    ['lots', undefined],
    ['12 MB', undefined],
    ['', undefined],
  ])('%s is %s', (quantity, expected) => {
    expect(parseQuantity(quantity)).toBe(expected);
  });
});
