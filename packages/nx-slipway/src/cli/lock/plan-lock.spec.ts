import type { SlipwayLock } from '../../build-context/slipway-lock';
import type { NeededBase } from './list-needed-bases';
import { applyLockPlan, planLock, renderLockChanges, type UpdateChoice } from './plan-lock';

const OLD = { digest: `sha256:${'1'.repeat(64)}` };
const NEW = { digest: `sha256:${'2'.repeat(64)}`, onbuild: ['RUN true'] };
const LOCK: SlipwayLock = {
  schemaVersion: 1,
  bases: { pinned: OLD, made: { recipe: 'make.sh' }, gone: OLD, unmade: { recipe: 'make.sh' } },
  proofs: { web: { rule: OLD.digest } },
};

const need = (reference: string): NeededBase => ({
  reference,
  platform: 'linux/amd64',
  dockerfile: 'Dockerfile',
  line: 1,
});
const NEEDED = ['constructor', 'made', 'pinned'].map(need);

function resolvedBy(update: UpdateChoice): readonly string[] {
  return planLock(LOCK, NEEDED, update).toResolve.map(({ reference }) => reference);
}

describe('planLock', () => {
  test('looks up what is not pinned, what is to be updated, and never a recipe', () => {
    expect(resolvedBy('none')).toEqual(['constructor']);
    expect(resolvedBy('all')).toEqual(['constructor', 'pinned']);
    expect(resolvedBy(['pinned'])).toEqual(['constructor', 'pinned']);
    expect(resolvedBy(['made'])).toEqual(['constructor']);
  });

  test('drops what nothing needs, but for recipes', () => {
    expect(planLock(LOCK, NEEDED, 'none')).toMatchObject({ unused: ['gone'], unusedRecipes: ['unmade'] });
  });
});

describe('applyLockPlan', () => {
  const found = new Map([
    ['constructor', { digest: OLD.digest, onbuild: [] }],
    ['pinned', NEW],
  ]);
  const after = applyLockPlan(LOCK, planLock(LOCK, NEEDED, 'all'), found);

  test('writes what was found, without empty triggers, and keeps the rest', () => {
    expect(after).toEqual({
      ...LOCK,
      bases: { pinned: NEW, made: LOCK.bases['made'], unmade: LOCK.bases['unmade'], constructor: OLD },
    });
  });

  test('is told as a diff', () => {
    expect(renderLockChanges(LOCK, after)).toEqual([
      `+ constructor  ${OLD.digest}`,
      `- gone  ${OLD.digest}`,
      `- pinned  ${OLD.digest}`,
      `+ pinned  ${NEW.digest} ONBUILD RUN true`,
    ]);
    expect(renderLockChanges(after, after)).toEqual([]);
  });
});
