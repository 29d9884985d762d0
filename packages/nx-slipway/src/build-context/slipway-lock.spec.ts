import { isSlipwayError } from '../errors/slipway-error';
import { parseSlipwayLock, resolveBases } from './slipway-lock';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const PINS = { 'debian:12': DIGEST };
const LOCK = { schemaVersion: 1, bases: { 'debian:12': { digest: DIGEST } }, proofs: {} } as const;

describe('parseSlipwayLock', () => {
  test('reads what a valid file pins', () => {
    expect(parseSlipwayLock(JSON.stringify(LOCK))).toEqual(LOCK);
  });

  test.each([
    ['{', 'JSON'],
    ['[]', 'the whole file'],
    ['{"schemaVersion": 2, "bases": {}}', 'schemaVersion'],
    ['{"schemaVersion": 1, "bases": 1}', 'bases'],
    ['{"schemaVersion": 1, "bases": {"a": {"digest": "sha256:12"}}}', 'bases.a.digest'],
    ['{"schemaVersion": 1, "bases": {"a": {}}}', 'bases.a'],
    ['{"schemaVersion": 1, "bases": {}, "more": 1}', 'more'],
  ])('refuses %s', (text, where) => {
    try {
      parseSlipwayLock(text);
      throw new Error('nothing was thrown');
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      expect(error.code).toBe('CONFIG_LOCK_INVALID');
      expect(error.message).toContain(where);
    }
  });
});

describe('resolveBases', () => {
  test('takes the image ID of a project, then the lock file, then a digest in the reference', () => {
    const pinned = `debian@${DIGEST}`;
    const { bases, warnings } = resolveBases(['web', 'debian:12', pinned], PINS, { web: 'sha256:2' });
    expect(bases.map(({ digest }) => digest)).toEqual(['sha256:2', DIGEST, DIGEST]);
    expect(warnings).toEqual([]);
  });

  test('keys a base that nothing pins by its reference, and warns', () => {
    const { bases, warnings } = resolveBases(['constructor'], PINS);
    expect(bases).toEqual([{ reference: 'constructor', digest: null }]);
    expect(warnings).toMatchObject([{ code: 'CONTEXT_BASE_UNPINNED', severity: 'warning' }]);
  });
});
