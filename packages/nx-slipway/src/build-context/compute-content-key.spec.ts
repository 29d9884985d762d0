import { LET_EVERYTHING_THROUGH } from './build-context';
import { computeContentKey, type ContentKeyParts } from './compute-content-key';

const PARTS: ContentKeyParts = {
  platform: 'linux/amd64',
  targetStage: null,
  dockerfileSha256: 'd'.repeat(64),
  buildArgs: { b: '2', a: '1' },
  bases: [
    { reference: 'x:1', digest: null },
    { reference: 'a:1', digest: `sha256:${'a'.repeat(64)}` },
  ],
  entries: [
    { path: 'b', kind: 'file', executable: false, sha256: 'b'.repeat(64), bytes: 1 },
    { path: 'a', kind: 'directory', executable: false, bytes: 0 },
    { path: 'l', kind: 'link', executable: false, linkTarget: 'b', bytes: 0 },
  ],
};

describe('computeContentKey', () => {
  test('is 64 hex characters and stays the same from release to release', () => {
    expect(computeContentKey(PARTS)).toBe('a64aef696729e7bb5b7af4605cc8ba99a5eca1c6264604c01ae97e0fe2fffcf7');
  });

  test('does not depend on any order', () => {
    const turned = {
      ...PARTS,
      buildArgs: { a: '1', b: '2' },
      bases: [...PARTS.bases].reverse(),
      entries: [...PARTS.entries].reverse(),
    };
    expect(computeContentKey(turned)).toBe(computeContentKey(PARTS));
  });

  test.each<[string, Partial<ContentKeyParts>]>([
    ['platform', { platform: 'linux/arm64' }],
    ['target stage', { targetStage: 'debug' }],
    ['network', { network: 'none' }],
    ['Dockerfile', { dockerfileSha256: 'e'.repeat(64) }],
    ['build argument', { buildArgs: { a: '1', b: '3' } }],
    ['base digest', { bases: [{ reference: 'x:1', digest: `sha256:${'b'.repeat(64)}` }, ...PARTS.bases.slice(1)] }],
    ['engine rules', { engineIgnoreText: '**\n!**/*.go' }],
    ['missing entry', { entries: PARTS.entries.slice(1) }],
    ['content', { entries: PARTS.entries.map((entry) => ({ ...entry, sha256: 'c'.repeat(64) })) }],
    ['executable bit', { entries: PARTS.entries.map((entry) => ({ ...entry, executable: true })) }],
    ['kind', { entries: PARTS.entries.map((entry) => ({ ...entry, kind: 'file' as const })) }],
    ['link target', { entries: PARTS.entries.map((entry) => ({ ...entry, linkTarget: 'c' })) }],
    ['path', { entries: PARTS.entries.map((entry) => ({ ...entry, path: `x${entry.path}` })) }],
  ])('changes with the %s', (_part, change) => {
    expect(computeContentKey({ ...PARTS, ...change })).not.toBe(computeContentKey(PARTS));
  });

  test('rules that let everything through are no rules', () => {
    expect(computeContentKey({ ...PARTS, engineIgnoreText: LET_EVERYTHING_THROUGH })).toBe(computeContentKey(PARTS));
  });

  test('does not confuse an argument with a base, or a name with a value', () => {
    const one = computeContentKey({ ...PARTS, buildArgs: { a: 'b' }, bases: [] });
    const other = computeContentKey({ ...PARTS, buildArgs: {}, bases: [{ reference: 'a', digest: 'b' }] });
    expect(one).not.toBe(other);
  });

  test('has the names and the entries of additional build contexts, in any order', () => {
    const of = (...named: readonly (readonly [string, ContentKeyParts['entries']])[]): string =>
      computeContentKey({ ...PARTS, namedContexts: new Map(named.map(([name, entries]) => [name, { entries }])) });
    const [one, two] = [PARTS.entries, PARTS.entries.slice(1)];
    expect(of()).toBe(computeContentKey(PARTS));
    expect(of(['x', one], ['y', two])).toBe(of(['y', two], ['x', one]));
    expect(new Set([of(), of(['x', one]), of(['y', one]), of(['x', two]), of(['x', one], ['y', two])]).size).toBe(5);
  });
});
