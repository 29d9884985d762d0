import type { NxVisibility } from '../../build-context/nx-visibility';
import { describeProblem, type Problem } from '../../errors/slipway-error';

/**
 * A warning for each file that decides an image and that Nx does not hash: with another content Nx would still restore what
 * it cached. Nx prints the warning again with each such hit. Pure but for reading through `visibility`.
 * @param paths workspace-relative
 */
export function findInvisibleInputs(paths: readonly string[], visibility: NxVisibility, target: string): Problem[] {
  return paths.flatMap((path) => {
    const ignoreFile = findHider(path, visibility);
    return ignoreFile === undefined ? [] : [describeProblem('CONTEXT_INPUT_INVISIBLE', { path, ignoreFile, target })];
  });
}

/** Nx enters no folder that is ignored, so each folder above decides before the file itself. */
function findHider(path: string, visibility: NxVisibility): string | undefined {
  const segments = path.split('/');
  for (let depth = 1; depth <= segments.length; depth++) {
    const hider = visibility.hiddenBy(segments.slice(0, depth).join('/'), depth < segments.length);
    if (hider !== undefined) return hider;
  }
  return undefined;
}
