/** One file, folder or link of an image, as far as it can matter at run time: no times. */
export interface ComparedTreeEntry {
  /** Absolute in the image, e.g. `/usr/bin/web`. */
  readonly path: string;
  /** Kind, mode, owner, and content or link target, as one text. */
  readonly state: string;
}

/** A path at which two images differ. */
export interface TreeDifference {
  readonly path: string;
  readonly kind: 'only in the first' | 'only in the second' | 'different';
}

/** The paths at which two trees differ, sorted; empty where they are equal. Pure. */
export function compareTrees(
  first: readonly ComparedTreeEntry[],
  second: readonly ComparedTreeEntry[],
): readonly TreeDifference[] {
  const others = new Map(second.map(({ path, state }) => [path, state]));
  const own = new Set(first.map(({ path }) => path));
  const differences: TreeDifference[] = [];
  for (const { path, state } of first) {
    const other = others.get(path);
    if (other === undefined) differences.push({ path, kind: 'only in the first' });
    else if (other !== state) differences.push({ path, kind: 'different' });
  }
  for (const { path } of second) if (!own.has(path)) differences.push({ path, kind: 'only in the second' });
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the differences between a full and a narrowed build mean. */
export interface ProofVerdict {
  readonly status: 'proven' | 'wrong' | 'not-reproducible';
  /** Differences that the narrowing made. */
  readonly wrong: readonly TreeDifference[];
  /** Differences that two full builds have, too: they say nothing about the narrowing. */
  readonly unstable: readonly TreeDifference[];
}

/**
 * Tells what is wrong from what cannot be reproduced. In: the differences between the full build and the narrowed one, and those
 * between two full builds (only needed where there are any of the former). Pure.
 */
export function judgeProof(narrowed: readonly TreeDifference[], full: readonly TreeDifference[]): ProofVerdict {
  const unstablePaths = new Set(full.map(({ path }) => path));
  const wrong = narrowed.filter(({ path }) => !unstablePaths.has(path));
  const unstable = narrowed.filter(({ path }) => unstablePaths.has(path));
  const status = wrong.length > 0 ? 'wrong' : unstable.length > 0 ? 'not-reproducible' : 'proven';
  return { status, wrong, unstable };
}
