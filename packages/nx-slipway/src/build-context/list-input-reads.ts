import type { ContextTree } from './narrowing/rule-selection';
import type { InputRead } from './list-input-globs';
import type { PlannedRead } from './select-entries';

/** A build context at graph time: whether something is a link decides, and nothing else of it. */
export interface LinkTree extends Pick<ContextTree, 'list'> {
  kindOf(path: string): 'file' | 'directory' | 'link' | undefined;
}

/**
 * What a build reads, for the inputs of its target; `undefined` where it may be all of the build context. A source with a link in its path
 * leads elsewhere, so then it may be all. Never less than what `selectEntries` selects. Pure but for looking at `tree`.
 */
export function listInputReads(reads: readonly PlannedRead[], tree: LinkTree): readonly InputRead[] | undefined {
  const inputs: InputRead[] = [];
  for (const { resolved, narrowedTo, sources } of reads) {
    if (!resolved) return undefined;
    if (sources.some((source) => leadsThroughLink(source, tree))) return undefined;
    if (narrowedTo) inputs.push(...narrowedTo.map(({ globs }) => ({ kind: 'globs' as const, globs })));
    else inputs.push(...sources.map((source) => ({ kind: 'source' as const, source })));
  }
  return inputs;
}

/** The last segment may be a link, too: the engine copies what it leads to. Of a folder that is copied whole, links are copied as links. */
function leadsThroughLink(source: string, tree: LinkTree): boolean {
  let folder = '';
  for (const segment of source.split('/').filter((name) => name !== '')) {
    if (/[*?[\\]/.test(segment)) return tree.list(folder).some(({ kind }) => kind === 'link');
    folder = folder === '' ? segment : `${folder}/${segment}`;
    if (tree.kindOf(folder) === 'link') return true;
  }
  return false;
}
