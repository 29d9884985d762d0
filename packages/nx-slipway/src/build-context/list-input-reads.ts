import type { InputRead } from './list-input-globs';
import type { PlannedRead } from './select-entries';
import { leadsThroughLink, parseSourcePath, type LinkTree } from './source-path';

/**
 * What a build reads, for the inputs of its target; `undefined` where it may be all of the build context. A source with a link in its path
 * leads elsewhere, so then it may be all. Never less than what `selectEntries` selects. Pure but for looking at `tree`.
 */
export function listInputReads(reads: readonly PlannedRead[], tree: LinkTree): readonly InputRead[] | undefined {
  const inputs: InputRead[] = [];
  for (const { resolved, narrowedTo, sources } of reads) {
    if (!resolved) return undefined;
    if (sources.some((source) => leadsThroughLink(parseSourcePath(source), tree))) return undefined;
    if (narrowedTo) inputs.push(...narrowedTo.map(({ globs }) => ({ kind: 'globs' as const, globs })));
    else inputs.push(...sources.map((source) => ({ kind: 'source' as const, source })));
  }
  return inputs;
}
