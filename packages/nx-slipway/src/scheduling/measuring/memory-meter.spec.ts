import { intervalOfTree } from './memory-meter';

describe('intervalOfTree', () => {
  it('keeps samples below 1 % of a core, and not further apart than some seconds', () => {
    expect([intervalOfTree(0), intervalOfTree(1), intervalOfTree(5), intervalOfTree(1_000)]).toEqual([
      250, 250, 1_000, 5_000,
    ]);
  });
});
