import type { BuildContext } from '../../build-context/build-context';
import { renderPaths } from '../../build-context/render-paths';
import type { ContextRead } from '../../dockerfile/list-copy-sources';
import { describeProblem, type Problem } from '../../errors/slipway-error';

/**
 * A notice for each `RUN --mount=type=bind` of a folder of the build context in which the ignore file leaves something out: podman 4.3 by
 * itself would show it to the RUN line (decision 2). Of a mount that is not understood nothing is said. Pure.
 */
export function findFilteredMounts(
  reads: readonly ContextRead[],
  source: string,
  { ignoreFile, leftOut }: Pick<BuildContext, 'ignoreFile' | 'leftOut'>,
): Problem[] {
  if (ignoreFile === null) return [];
  const ignored = leftOut.flatMap(({ path, ignoreLine }) => (ignoreLine === undefined ? [] : [path]));
  return reads.flatMap(({ instruction, line, sources, resolved }) => {
    if (instruction !== 'RUN' || !resolved) return [];
    return sources.flatMap((folder) => {
      const within = ignored.filter((path) => folder === '' || path.startsWith(`${folder}/`));
      if (within.length === 0) return [];
      const facts = { source, line, folder: folder || '.', file: ignoreFile, paths: renderPaths(within) };
      return [describeProblem('CONTEXT_MOUNT_FILTERED', facts)];
    });
  });
}
