import { createAwayAccount } from './away-account';

describe('createAwayAccount', () => {
  it('counts from the question that a hanging server did not answer', () => {
    const lines: string[] = [];
    const account = createAwayAccount((line) => lines.push(line));
    account.record('no answer within 10 s', { askedAtMs: 1_000, nowMs: 11_000 });
    expect(account.current(12_000)).toEqual({ forMs: 11_000, message: 'no answer within 10 s' });
    account.record(undefined, { askedAtMs: 12_000, nowMs: 21_000 });
    expect(lines.at(-1)).toBe('the API server answers again, after 20 s');
    expect(account.allowedMs(60_000)).toBe(20_000);
  });
});
