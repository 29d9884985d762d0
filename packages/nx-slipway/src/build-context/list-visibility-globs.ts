import { posix } from 'node:path';
import { widenSegments } from './list-input-globs';
import { PER_FOLDER_FILES } from './nx-visibility';

/**
 * The Nx filesets of the files that decide which files Nx sees of a build context: those in the folders above it, and those in it at any depth.
 * Nx hashes what is left, so its hash knows; but `nx affected` goes by the names of changed files, and would not list an image
 * of which such a file takes something away.
 * @param contextRoot workspace-relative; `''` is the root of the workspace
 */
export function listVisibilityGlobs(contextRoot: string): readonly string[] {
  const segments = contextRoot.split('/').filter((segment) => segment !== '' && segment !== '.');
  const above = segments.map((_, depth) => segments.slice(0, depth));
  const names = `{${PER_FOLDER_FILES.join(',')}}`;
  return [...above, [...segments, '**']].map((folder) =>
    posix.join('{workspaceRoot}', ...widenSegments(folder), names),
  );
}
