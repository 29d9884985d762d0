import type { SlipwayLock } from '../../build-context/slipway-lock';
import type { ResolvedBase } from '../../engines/base-resolver';
import type { NeededBase } from './list-needed-bases';

/** What a `lock` has to do. */
export interface LockPlan {
  /** To look up in a registry. */
  readonly toResolve: readonly NeededBase[];
  /** References whose entries go, sorted. */
  readonly unused: readonly string[];
  /** References of recipes that nothing uses; they stay, since no registry could bring them back. */
  readonly unusedRecipes: readonly string[];
}

/** Which existing pins are looked up again. */
export type UpdateChoice = 'none' | 'all' | readonly string[];

/** Decides what changes in a lock. Recipes are never looked up. Pure. */
export function planLock(
  { bases }: Pick<SlipwayLock, 'bases'>,
  needed: readonly NeededBase[],
  update: UpdateChoice,
): LockPlan {
  const names = new Set(needed.map(({ reference }) => reference));
  const unused = Object.keys(bases)
    .filter((reference) => !names.has(reference))
    .toSorted();
  const hasRecipe = (reference: string): boolean =>
    Object.hasOwn(bases, reference) && bases[reference]?.recipe !== undefined;
  const isUpdated = (reference: string): boolean =>
    update === 'all' || (update !== 'none' && update.includes(reference));
  return {
    toResolve: needed.filter(({ reference }) => {
      return !hasRecipe(reference) && (!Object.hasOwn(bases, reference) || isUpdated(reference));
    }),
    unused: unused.filter((reference) => !hasRecipe(reference)),
    unusedRecipes: unused.filter(hasRecipe),
  };
}

/** The lock after the plan, with the pins that were found; proofs stay as they are. Pure. */
export function applyLockPlan(
  lock: SlipwayLock,
  { unused }: Pick<LockPlan, 'unused'>,
  found: ReadonlyMap<string, ResolvedBase>,
): SlipwayLock {
  const kept = Object.entries(lock.bases).filter(([reference]) => !unused.includes(reference));
  const pins = [...found].map(([reference, { digest, onbuild }]) => {
    return [reference, { digest, ...(onbuild.length === 0 ? {} : { onbuild: [...onbuild] }) }] as const;
  });
  return { ...lock, bases: { ...Object.fromEntries(kept), ...Object.fromEntries(pins) } };
}

/** What changed between two locks, a line each, as in a diff: `+` and `-` before the reference and what it is pinned to. Pure. */
export function renderLockChanges(before: SlipwayLock, after: SlipwayLock): readonly string[] {
  const references = [...new Set([...Object.keys(before.bases), ...Object.keys(after.bases)])].toSorted();
  return references.flatMap((reference) => {
    const old = renderPin(before, reference);
    const now = renderPin(after, reference);
    if (old === now) return [];
    return [...(old === undefined ? [] : [`- ${old}`]), ...(now === undefined ? [] : [`+ ${now}`])];
  });
}

function renderPin({ bases }: SlipwayLock, reference: string): string | undefined {
  const pin = Object.hasOwn(bases, reference) ? bases[reference] : undefined;
  if (pin === undefined) return undefined;
  const onbuild = pin.onbuild?.map((trigger) => ` ONBUILD ${trigger}`).join(';') ?? '';
  return `${reference}  ${pin.digest ?? `recipe ${pin.recipe}`}${onbuild}`;
}
