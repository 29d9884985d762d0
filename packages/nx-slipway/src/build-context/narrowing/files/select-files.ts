import { posix } from 'node:path';
import { SlipwayError } from '../../../errors/slipway-error';
import type { ContextTree, RuleSelection } from '../rule-selection';
import { isFileOf, listFilesBelow } from './list-files-below';
import { parsePathGlob } from './parse-path-glob';

/**
 * What the rule `files:<glob>` lets through: each file and link of the build context that the glob matches. The language of the glob is that of
 * `parsePathGlob`; `globs` match at least the same paths, so a file that joins is seen by Nx.
 * @throws {SlipwayError} CONTEXT_NARROW_FILES_UNMATCHED where it matches nothing, CONFIG_NARROW_RULE_INVALID for a malformed glob
 */
export function selectFiles(glob: string, tree: ContextTree): RuleSelection {
  const parsed = parsePathGlob(glob);
  const rule = `files:${glob}`;
  if ('reason' in parsed) throw new SlipwayError('CONFIG_NARROW_RULE_INVALID', { rule, reason: parsed.reason });
  const { folder } = parsed;
  const above = folder === '' ? [] : [folder].filter((path) => isFileOf(tree, path));
  const matching = [...above, ...listFilesBelow(tree, folder)].filter((path) => parsed.matches(path));
  if (matching.length === 0) {
    const place = posix.join('.', folder);
    throw new SlipwayError('CONTEXT_NARROW_FILES_UNMATCHED', { glob, folder: place });
  }
  return {
    files: new Map(matching.map((path) => [path, [rule]])),
    replaced: new Map(),
    globs: parsed.nxGlobs,
    widened: [],
  };
}
