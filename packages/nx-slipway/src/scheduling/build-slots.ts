import { lockOneOf, type LockSpace } from './machine-lock';

/** How many builds may run, and where they are counted. */
export interface BuildSlotOptions {
  /** At most this many builds at a time on this machine, at least 1. */
  readonly max: number;
  readonly space: LockSpace;
  /** Called once if all slots are taken. */
  readonly onWait?: () => void;
}

/**
 * Runs `work` in one of the machine's build slots; waits for a free one first. A slot is a machine-wide lock, so that all
 * processes of all workspaces count together and a killed one gives its slot back. Processes with a smaller `max` share the
 * first slots with the others.
 */
export async function withBuildSlot<Result>(options: BuildSlotOptions, work: () => Promise<Result>): Promise<Result> {
  const slots = Array.from({ length: Math.max(1, options.max) }, (_, index) => `build-slot:${index}`);
  const slot = await lockOneOf(slots, options.space, options.onWait);
  try {
    return await work();
  } finally {
    await slot.release();
  }
}
