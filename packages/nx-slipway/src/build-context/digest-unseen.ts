import { hash } from 'node:crypto';
import { join } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import type { FilteredTree } from './filtered-tree';
import { readingContext } from './read-context';
import { selectEntries, type PlannedRead } from './select-entries';

/**
 * A digest of what decides an image and is in no hash of Nx, of all that a build reads; `undefined` where there is nothing of the kind. Nx 23.2
 * hashes the names of files and what is in them: not whether a file may be executed; of a link what it leads to, not where, and nothing of
 * one that leads to a folder or nowhere; and no file whose name has a newline.
 * Independent of the checkout's path, owner, umask and times, as the content key is.
 * @throws {SlipwayError} CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
 */
export function digestUnseen(tree: FilteredTree, reads: readonly PlannedRead[]): string | undefined {
  const { origins } = selectEntries(tree, reads);
  const unseen = [...origins.keys()].flatMap((path) => describeUnseen(path, tree) ?? []);
  if (unseen.length === 0) return undefined;
  return hash('sha256', JSON.stringify(unseen.toSorted()), 'hex');
}

/** One text for each path, begun by the path, so that the texts have one order. */
function describeUnseen(path: string, tree: FilteredTree): string | undefined {
  const absolutePath = join(tree.root, path);
  return readingContext(path, () => {
    if (tree.kindOf(path) === 'link') return JSON.stringify([path, 'link', tree.disk.readLink(absolutePath)]);
    const look = tree.disk.look(absolutePath);
    if (!look) throw new SlipwayError('CONTEXT_FILE_CHANGED', { path, reason: 'it is gone' });
    const { kind, isExecutable } = look;
    const content = path.includes('\n') && kind === 'file' ? tree.disk.digestFile(absolutePath) : null;
    return isExecutable || content !== null ? JSON.stringify([path, isExecutable, content]) : undefined;
  });
}
