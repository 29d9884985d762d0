import type { TreeEntry } from '../../src/engines/image-trees';

/**
 * What of an image is compared between a build from the staged context and one from the whole folder, as one text for each path. The
 * differences that are meant (docs/decisions/0002-staged-context.md) are left out here, and nowhere else:
 * - folders: one without files is not staged (item 5), and modes and owners of those that are staged are normalised (item 7);
 * - permission bits besides the owner's executable bit, and times (item 7).
 * Folders of tools, our own outputs and what git ignores (item 4) are in no random tree.
 */
export function listComparable(entries: readonly TreeEntry[]): string[] {
  return entries
    .filter(({ kind }) => kind !== 'directory')
    .map(({ path, kind, mode, sha256, linkTarget, uid, gid }) => {
      const executable = kind === 'file' && (mode & 0o100) !== 0 ? 'x' : '-';
      return `${kind} ${path} ${executable} ${uid}:${gid} ${linkTarget ?? sha256 ?? ''}`;
    });
}
