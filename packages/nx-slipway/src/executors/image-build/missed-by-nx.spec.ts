import { missedByNx, type ChangedThing } from './missed-by-nx';

const BEGAN = 1_000;
const of = (changedAt: number, mayFollow = false): ChangedThing => ({ changedAt, mayFollow });

describe('missedByNx', () => {
  it.each([
    ['a file was changed before the run', [of(900)], true],
    ['a file is saved during the run', [of(1_100)], false],
    ['one was changed before, another one during the run', [of(900), of(1_100)], true],
    ['an old file is read since another one was saved during the run', [of(900, true), of(1_100)], false],
    ['a file was added before the run', [of(900, true)], true],
  ])('%s', (_, changed, expected) => {
    expect(missedByNx(changed, BEGAN)).toBe(expected);
  });
});
