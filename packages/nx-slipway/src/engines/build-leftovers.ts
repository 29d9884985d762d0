/** What builds of killed processes left on this machine. No way to a build leads through here. */
export interface BuildLeftovers {
  /** Removes it: only what carries our marks and has no living owner. Returns what was removed, one line each. */
  removeLeftovers(): Promise<readonly string[]>;
}
