import { createRedactor } from './redact';

describe('createRedactor', () => {
  it('masks each secret value, plain and in base64, the longest first', () => {
    const redact = createRedactor(['hunter2', 'hunter2-and-more']);
    const base64 = Buffer.from('hunter2').toString('base64');
    expect(redact(`a hunter2-and-more b hunter2 c ${base64}`)).toBe('a [redacted] b [redacted] c [redacted]');
  });

  it('masks each line of a value of several lines, and its form in JSON', () => {
    const redact = createRedactor(['first line\nsecond line\n']);
    expect(redact('x first line y\n{"key":"first line\\nsecond line\\n"}')).toBe(
      'x [redacted] y\n{"key":"[redacted]"}',
    );
  });

  it('leaves values alone that are too short to be told from other text', () => {
    expect(createRedactor(['abc', ''])('abc def')).toBe('abc def');
  });
});
