import { renderBytes } from '../render-bytes';
import type { CollectedItem, Collection } from './collect-garbage';

/** One thing: `  removed localhost/web:i-0123… (83.0 MB): no image.json names it`. Pure. */
export function renderItem({ name, reason, sizeBytes, problem }: CollectedItem, dryRun: boolean): string {
  const size = sizeBytes === undefined ? '' : ` (${renderBytes(sizeBytes)})`;
  if (problem !== null) return `  cannot remove ${name}: ${problem}`;
  return `  ${dryRun ? 'would remove' : 'removed'} ${name}${size}: ${reason}`;
}

/** How many things there were, by kind, and what could not be done. Pure. */
export function renderSummary(collections: readonly Collection[], dryRun: boolean): string[] {
  const counted = collections.map(({ title, problem, items }) => {
    if (problem !== null) return `${title}: cannot be looked at: ${problem}`;
    const done = items.filter((item) => item.problem === null);
    const failed = items.length - done.length;
    const counts = `${done.length} ${dryRun ? 'would be removed' : 'removed'}`;
    return `${title}: ${counts}${failed === 0 ? '' : `, ${failed} cannot be removed`}`;
  });
  const bytes = collections
    .flatMap(({ items }) => items)
    .filter(({ problem }) => problem === null)
    .reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  // Images share layers, and what they share is in the size of each.
  return [...counted, `${dryRun ? 'That would free' : 'That freed'} ${renderBytes(bytes)} at most.`];
}

/** The same for programs. Pure. */
export function renderCollectionsJson(collections: readonly Collection[], dryRun: boolean): string {
  const items = (listed: readonly CollectedItem[]): object[] =>
    listed.map(({ name, reason, sizeBytes, problem }) => ({ name, reason, sizeBytes: sizeBytes ?? null, problem }));
  const shown = collections.map(({ title, problem, items: listed }) => ({ title, problem, items: items(listed) }));
  return JSON.stringify({ schemaVersion: 1, dryRun, collections: shown }, null, 2);
}
