import type { ContextEntry } from './build-context';
import { compareBuilds, describeComparedBuild, renderReason } from './compare-builds';
import type { ContentKeyParts } from './compute-content-key';

const PARTS: ContentKeyParts = {
  platform: 'linux/amd64',
  targetStage: null,
  dockerfileSha256: '1'.repeat(64),
  buildArgs: { GO: '1.22', OLD: 'x' },
  bases: [{ reference: 'debian:12', digest: null }],
  entries: [file('a.go', '1'), file('b.go', '1', ['cmd/web', 'internal/b']), { ...file('dir', ''), kind: 'directory' }],
};

function file(path: string, sha256: string, chain: string[] = []): ContextEntry {
  return { path, kind: 'file', executable: false, sha256, bytes: 1, origin: { line: 7, text: 'COPY . .', chain } };
}

function reasonOf(change: Partial<ContentKeyParts>): string {
  const before = describeComparedBuild('1', PARTS);
  return renderReason(compareBuilds(before, describeComparedBuild('2', { ...PARTS, ...change })));
}

describe('compareBuilds', () => {
  test('the same parts give no difference', () => {
    expect(reasonOf({})).toBe('');
  });

  test.each<[Partial<ContentKeyParts>, string]>([
    [
      { entries: [file('a.go', '1'), file('b.go', '2', ['cmd/web', 'internal/b'])] },
      'b.go changed (COPY . . in line 7: cmd/web imports internal/b)',
    ],
    [{ entries: [{ ...file('a.go', '1'), executable: true }, file('b.go', '1')] }, 'a.go changed (COPY . . in line 7)'],
    [{ entries: [file('a.go', '1')] }, 'b.go was removed (COPY . . in line 7: cmd/web imports internal/b)'],
    [{ entries: [...PARTS.entries, file('c.go', '1')] }, 'c.go was added (COPY . . in line 7)'],
    [{ dockerfileSha256: '2'.repeat(64) }, 'the Dockerfile changed'],
    [{ network: 'none' }, 'network is new'],
    [
      { buildArgs: { GO: '1.23', NEW: 'y' } },
      'build argument GO changed from 1.22 to 1.23; build argument NEW is new; build argument OLD is gone',
    ],
    [
      { bases: [{ reference: 'debian:12', digest: `sha256:${'3'.repeat(64)}` }] },
      'base debian:12 changed from not pinned to sha256:33333333333333333…',
    ],
    [{ platform: 'linux/arm64' }, 'platform changed from linux/amd64 to linux/arm64'],
    [{ targetStage: 'run' }, 'target stage changed from the last to run'],
    [{ engineIgnoreText: '!**\n' }, 'the ignore rules changed'],
  ])('%#: %s', (change, expected) => {
    expect(reasonOf(change)).toBe(expected);
  });

  test('names the first differences, and how many more there are', () => {
    const entries = ['a', 'b', 'c', 'd', 'e'].map((name) => file(`new/${name}`, '1'));
    expect(reasonOf({ entries: [...PARTS.entries, ...entries] })).toMatch(/^new\/a was added .*; and 2 more$/);
  });

  test('a folder is never the reason', () => {
    expect(reasonOf({ entries: PARTS.entries.filter(({ kind }) => kind !== 'directory') })).toBe('');
  });
});
