/** How many commits are looked at, unless the option says otherwise. */
export const DEFAULT_COMMITS = 200;

/** What the last commits of a workspace changed. */
export type ChangeHistory =
  | {
      readonly status: 'known';
      /** The newest first; of each the workspace-relative paths that it added, changed or removed. */
      readonly commits: readonly (readonly string[])[];
      /** Why there are not as many as were asked for, where that is not for the repository's age; else `null`. */
      readonly limit: string | null;
    }
  /** `reason` completes the sentence "it is not known: …". */
  | { readonly status: 'unknown'; readonly reason: string };

/** Begins each commit in the output of `GIT_LOG_FORMAT`; no path has it, since git prints paths as they are with `-z`. */
const COMMIT_MARK = '\u0001';

/** `git log`'s format by which `parseGitLog` tells commits from paths; together with `--name-only -z`. */
export const GIT_LOG_FORMAT = '--format=%x01%H';

/** The paths of each commit, from what git 2.39 prints for `git log --name-only -z` with `GIT_LOG_FORMAT`. Pure. */
export function parseGitLog(output: string): readonly (readonly string[])[] {
  const [, ...commits] = output.split(COMMIT_MARK);
  return commits.map((commit) => {
    const [, ...paths] = commit.split('\0');
    // A commit's paths begin on a line of their own.
    return paths.map((path, index) => (index === 0 ? path.replace(/^\n/, '') : path)).filter((path) => path !== '');
  });
}

/** How many of the commits changed a path that decides something. Pure. */
export function countTouching(
  commits: readonly (readonly string[])[],
  decides: (workspaceRelativePath: string) => boolean,
): number {
  return commits.filter((paths) => paths.some(decides)).length;
}
