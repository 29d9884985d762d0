/** What befell a build from outside, and cannot befall it again for the same reason. */
export type RestartReason = 'image-removed' | 'state-lost';

/** podman compares its layer cache with every image of the storage; another process removed one meanwhile. */
const IMAGE_REMOVED =
  /^Error: (?:building at STEP ".*": )?checking if cached image exists from a previous build: .*(?:not known|no such|not found)/im;

/**
 * What somebody emptied who cleaned up below /run while the build ran; podman makes it anew when it starts. First its own record of mounts, in words of
 * containers/storage 1.43 at the next step, then the runtime's record of the step, in those of buildah 1.28.
 */
const STATE_LOST: readonly RegExp[] = [
  /^Error: .*(recording \S+ status: open .*: no such file or directory)$/m,
  /^error running container: (reading container state from .* \(got output: ".*"\): exit status \d+)$/m,
];

/**
 * Why a build failed that has no fault itself, and succeeds when it is started again from its last finished layer; `undefined` for one that failed otherwise.
 * Each pattern has a recorded output in `fixtures/`. Pure.
 */
export function findRestartReason(output: string): RestartReason | undefined {
  if (IMAGE_REMOVED.test(output)) return 'image-removed';
  return findLostState(output) === undefined ? undefined : 'state-lost';
}

/** What podman missed of its state below /run, in its own words; `undefined` where it missed none. Pure. */
export function findLostState(output: string): string | undefined {
  return STATE_LOST.map((pattern) => pattern.exec(output)?.[1]).find((found) => found !== undefined);
}

/** One line for the user. Pure. */
export function renderRestart(reason: RestartReason): string {
  return reason === 'image-removed'
    ? 'An image was removed while podman looked through its layer cache: the build is started again.'
    : 'The state that podman keeps below /run was removed while the build ran: the build is started again.';
}
