import { isSlipwayError } from '../errors/slipway-error';
import { parseSlipwayLock, renderSlipwayLock, resolveBases } from './slipway-lock';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const PINS = { 'debian:12': DIGEST };
const LOCK = { schemaVersion: 1, bases: { 'debian:12': { digest: DIGEST } }, proofs: {} } as const;

describe('parseSlipwayLock', () => {
  test('reads what a valid file pins', () => {
    expect(parseSlipwayLock(JSON.stringify(LOCK))).toEqual(LOCK);
  });

  test.each([
    ['{', 'line 1: it ends where a name in quotes should be'],
    ['', 'line 1: it ends where a value should be'],
    ['{\n"schemaVersion": 1,\n<<<<<<< HEAD\n', 'line 3: "<<<<<<<" stands where a name in quotes should be'],
    ['{\n"schemaVersion": 1,\n}', 'line 3: } stands where a name in quotes should be'],
    ['{"schemaVersion": 1,\n"bases": {"a": {},\n"a": {}}}', 'line 3: "a" stands there twice'],
    ['{"schemaVersion": 1}\n{}', 'line 2: something follows the end'],
    ['{"schemaVersion": 1,\n"bases": {\n"a": {"digset": "x"}}}', 'line 3, bases.a: unknown field "digset"'],
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

describe('renderSlipwayLock', () => {
  test('sorts, and gives what parses to the same', () => {
    const bases = { 'b:1': { digest: DIGEST, onbuild: ['COPY . .'] }, 'a:1': { recipe: 'make.sh' } };
    const text = renderSlipwayLock({ schemaVersion: 1, bases, proofs: {} });
    expect(text).toBe(`{
  "schemaVersion": 1,
  "bases": {
    "a:1": {
      "recipe": "make.sh"
    },
    "b:1": {
      "digest": "${DIGEST}",
      "onbuild": [
        "COPY . ."
      ]
    }
  }
}
`);
    expect(parseSlipwayLock(text)).toEqual({ schemaVersion: 1, bases, proofs: {} });
  });

  test('keeps proofs', () => {
    const proofs = { web: { rule: DIGEST } };
    expect(parseSlipwayLock(renderSlipwayLock({ schemaVersion: 1, bases: {}, proofs })).proofs).toEqual(proofs);
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
