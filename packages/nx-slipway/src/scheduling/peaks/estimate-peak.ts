/** What a build of an image was seen to need. */
export interface LearnedPeak {
  readonly peakMiB: number;
  /** It was never more; `null` where that is not known. */
  readonly upperBoundMiB: number | null;
  /** Stands for the Dockerfile and its settings: with another one the image changed more than by its files. */
  readonly recipe: string;
}

/** How many builds of an image are remembered. */
export const REMEMBERED_PEAKS = 10;

/** Expected peak of an image of which nothing is known. */
export const DEFAULT_ESTIMATE_MIB = 2_048;

/** What is expected above the largest peak: samples may have missed the highest moment, and no two builds are alike. */
export const MARGIN = { factor: 1.1, addedMiB: 64 };

/** How much less an earlier peak counts for each build since, and for each change of the recipe since. */
export const DECAY = { perBuild: 0.97, perRecipe: 0.8 };

/**
 * The peak to expect of an image's next build: the largest of its last peaks, each the less the longer ago it was and the more the image has changed since, with
 * a margin; the newest counts in full. The largest, not the last: most builds find most steps in the engine's layer cache and need little, until one needs all of them. Pure.
 * @param learned the newest first
 */
export function estimatePeakMiB(learned: readonly LearnedPeak[]): number {
  if (learned.length === 0) return DEFAULT_ESTIMATE_MIB;
  let changes = 0;
  const expected = learned.slice(0, REMEMBERED_PEAKS).map((peak, age) => {
    const newer = learned[age - 1];
    if (newer && newer.recipe !== peak.recipe) changes++;
    const withMargin = peak.peakMiB * MARGIN.factor + MARGIN.addedMiB;
    return Math.min(withMargin, peak.upperBoundMiB ?? withMargin) * DECAY.perBuild ** age * DECAY.perRecipe ** changes;
  });
  return Math.ceil(Math.max(...expected));
}
