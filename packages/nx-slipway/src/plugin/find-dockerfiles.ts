import { posix } from 'node:path';
import { imageNameOfProject } from '../artifact/image-name';
import { compareText } from '../build-context/compare-text';
import { describeProblem, type Problem } from '../errors/slipway-error';
import { parseDockerfileName, startsLikeDockerfile } from './dockerfile-name';
import { groupBy } from './group-by';
import type { WorkspaceFiles } from './workspace-files';

/** A Dockerfile that lies in a folder, by the image that it is for. */
export interface FoundDockerfile {
  /** Workspace-relative. */
  readonly path: string;
  /** What tells its image from the others of the folder, as an image name; `undefined` for `Dockerfile`. */
  readonly variant: string | undefined;
  /** The same as on disk: the name of its virtual root. */
  readonly label: string;
  /** Files beside it that would be for the same image and are left out. */
  readonly warnings: readonly Problem[];
}

/**
 * The Dockerfiles of the workspace by folder: of files for the same image the preferred one, which warns of the others. Within a
 * folder the one without a variant comes first, the others follow by name. Pure but for reading names that may be source code.
 */
export function findDockerfiles(files: WorkspaceFiles): ReadonlyMap<string, readonly FoundDockerfile[]> {
  const candidates = files.paths.flatMap((path) => {
    const name = parseDockerfileName(posix.basename(path));
    if (!name || (name.mayBeSource && !startsLikeDockerfile(files.read(path) ?? ''))) return [];
    const variant = name.variant === undefined ? undefined : imageNameOfProject(name.variant);
    return [{ path, variant, label: name.variant ?? '', rank: name.rank }];
  });
  const byFolder = groupBy(candidates, ({ path }) => posix.dirname(path));
  return new Map(
    [...byFolder].map(([folder, group]) => {
      const sorted = group.toSorted((a, b) => a.rank - b.rank || compareText(a.path, b.path));
      const byVariant = [...groupBy(sorted, ({ variant }) => variant)];
      const found = byVariant.map(([variant, [first, ...others]]) => ({
        path: first?.path ?? '',
        label: first?.label ?? '',
        variant,
        warnings: others.map(({ path }) => describeShadowed(path, first?.path ?? '')),
      }));
      return [folder, found.toSorted((a, b) => compareText(a.variant ?? '', b.variant ?? ''))];
    }),
  );
}

function describeShadowed(path: string, winner: string): Problem {
  return describeProblem('CONFIG_DOCKERFILE_SHADOWED', { path, winner });
}
