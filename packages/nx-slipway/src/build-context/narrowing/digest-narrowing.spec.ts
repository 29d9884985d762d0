import { digestNarrowing, type NarrowingSubject } from './digest-narrowing';
import { parseNarrow } from './parse-narrow-rule';

const SUBJECT: NarrowingSubject = {
  dockerfileText: 'FROM scratch\n',
  contextRoot: '',
  targetStage: null,
  ignoreText: null,
  buildArgs: {},
  narrow: parseNarrow({ 'COPY . .': ['files:a'] }),
};

describe('digestNarrowing', () => {
  test.each<[string, Partial<NarrowingSubject>]>([
    ['the Dockerfile', { dockerfileText: 'FROM scratch\n\n' }],
    ['the context root', { contextRoot: 'web' }],
    ['the target stage', { targetStage: 'web' }],
    ['an ignore file', { ignoreText: '' }],
    ['what the ignore file says', { ignoreText: 'docs\n' }],
    ['a build argument', { buildArgs: { a: '1' } }],
    ['a rule', { narrow: parseNarrow({ 'COPY . .': ['files:b'] }) }],
    ['whether a rule is trusted', { narrow: parseNarrow({ 'COPY . .': { rules: ['files:a'], trusted: true } }) }],
  ])('another one for %s', (_what, changed) => {
    const others = [SUBJECT, { ...SUBJECT, ignoreText: 'other' }].map(digestNarrowing);
    expect(others).not.toContain(digestNarrowing({ ...SUBJECT, ...changed }));
  });

  test('the same one for rules in another order of lines', () => {
    const narrow = parseNarrow({ 'COPY a .': ['files:a'], 'COPY b .': ['files:b'] });
    const digest = digestNarrowing({ ...SUBJECT, narrow });
    expect(digestNarrowing({ ...SUBJECT, narrow: [...narrow].reverse() })).toBe(digest);
  });
});
