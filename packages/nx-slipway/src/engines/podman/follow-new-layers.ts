/** Follows the output of one `podman build --layers` line by line. */
export interface LayerFollower {
  /** The beginning of the ID of a layer that this build has made, 11 hex or more; `undefined` for any other line. */
  read(line: string): string | undefined;
}

/** Starts at the beginning of a build's output. podman 4.3 to 5 prints `--> <id>` after each step, and for one that it did not run a line before that. */
export function followNewLayers(): LayerFollower {
  let isCached = false;
  return {
    read(line) {
      if (/^(?:\[\d+\/\d+\] )?--> Using cache /.test(line)) {
        isCached = true;
        return undefined;
      }
      const id = /^(?:\[\d+\/\d+\] )?--> ([0-9a-f]{11,64})$/.exec(line)?.[1];
      if (id === undefined) return undefined;
      const isNew = !isCached;
      isCached = false;
      return isNew ? id : undefined;
    },
  };
}
