import { intervalOfTree } from './memory-meter';

describe('intervalOfTree', () => {
  it.each([
    [0, 250],
    [1, 250],
    [5, 1_000],
    [40, 5_000],
    [200, 20_000],
  ])('after a sample that took %i ms of the processor is %i ms', (costMs, intervalMs) => {
    expect(intervalOfTree(costMs)).toBe(intervalMs);
  });

  it('keeps samples below 1 % of a core, whatever one costs', () => {
    for (let costMs = 0.01; costMs < 10_000; costMs *= 1.5)
      expect(costMs / (costMs + intervalOfTree(costMs))).toBeLessThan(0.01);
  });
});
