/** Something that differs from what an image was built from. */
export interface ChangedThing {
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  /** Whether it may differ because something else does: a file that is read since another one imports it. */
  readonly mayFollow: boolean;
}

/**
 * Whether something differed before a run of Nx began, so that Nx had to see it: one that differs of itself and is older than the run, or
 * all of them. Pure.
 */
export function missedByNx(changed: readonly ChangedThing[], beganAtMs: number): boolean {
  const isOlder = ({ changedAt }: ChangedThing): boolean => changedAt < beganAtMs;
  return changed.some((thing) => !thing.mayFollow && isOlder(thing)) || changed.every(isOlder);
}
