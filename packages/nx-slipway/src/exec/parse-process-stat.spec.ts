import { parseProcessStat } from './parse-process-stat';

describe('parseProcessStat', () => {
  it('reads state, parent and start of a program whose name has parentheses and spaces', () => {
    const rest = 'T 30 40 40 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 7 0 1500 1000 2';
    expect(parseProcessStat(`40 (a) b (c)) ${rest}`)).toEqual({ state: 'T', parent: 30, startTicks: 1_500 });
  });

  it('does not guess', () => {
    expect(parseProcessStat('')).toBeUndefined();
    expect(parseProcessStat('40 (a) S 1')).toBeUndefined();
  });
});
