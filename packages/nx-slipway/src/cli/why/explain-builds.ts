import {
  renderEntry,
  renderSetting,
  type BuildDifferences,
  type ComparedBuild,
} from '../../build-context/compare-builds';

/** What `npx nx-slipway why --json` prints. */
export interface BuildExplanation extends BuildDifferences {
  readonly schemaVersion: 1;
  readonly image: string;
  /** What was compared with the build before it; `null` where no build of the image is remembered. */
  readonly compared: 'working tree' | 'last build' | null;
  /** Of the working tree. */
  readonly contentKey: string;
  /** Of the build that it is compared with. */
  readonly previousKey: string | null;
}

/** How many differences are shown, unless all are asked for. */
const SHOWN_DIFFERENCES = 20;

/**
 * Compares the working tree with the last build; where they are equal, the last build with the one before. Pure.
 * @param past the remembered builds, the newest first
 */
export function explainBuilds(
  image: string,
  now: ComparedBuild,
  past: readonly ComparedBuild[],
  compare: (before: ComparedBuild, now: ComparedBuild) => BuildDifferences,
): BuildExplanation {
  const [last, beforeLast] = past;
  const explanation = { schemaVersion: 1 as const, image, contentKey: now.contentKey };
  if (!last) return { ...explanation, compared: null, previousKey: null, entries: [], settings: [] };
  if (last.contentKey !== now.contentKey) {
    return { ...explanation, compared: 'working tree', previousKey: last.contentKey, ...compare(last, now) };
  }
  if (!beforeLast) return { ...explanation, compared: 'last build', previousKey: null, entries: [], settings: [] };
  const differences = compare(beforeLast, last);
  return { ...explanation, compared: 'last build', previousKey: beforeLast.contentKey, ...differences };
}

/** The explanation as lines of text. Pure. */
export function renderExplanation(explanation: BuildExplanation, all: boolean): readonly string[] {
  const { image, settings, entries } = explanation;
  const differences = [...settings.map(renderSetting), ...entries.map(renderEntry)];
  const shown = all ? differences : differences.slice(0, SHOWN_DIFFERENCES);
  const more = differences.length - shown.length;
  return [
    `${image}: ${renderHead(explanation)}`,
    ...shown.map((difference) => `  ${difference}`),
    ...(more > 0 ? [`  and ${more} more; --all lists them`] : []),
  ];
}

function renderHead({ compared, previousKey }: BuildExplanation): string {
  if (compared === null) return 'no build of it on this machine is remembered, so nothing can be compared.';
  if (compared === 'working tree') return 'it would be built again, since its last build:';
  if (previousKey === null) return 'unchanged since its last build, and of the builds before none is remembered.';
  return 'unchanged since its last build. That was made because, since the build before:';
}
