import type { PodProblem } from './find-pod-problems';

/** Something that keeps an object from becoming ready, and that may be final. */
export interface Obstacle {
  /** `objectKey` of the object that is waited for. */
  readonly object: string;
  /** The pod, where it is one of the object's pods that is in trouble. */
  readonly pod?: string;
  readonly problem: PodProblem | ObjectProblem;
}

/** The controller itself says that it will not get there. */
export interface ObjectProblem {
  readonly kind: 'object' | 'job';
  readonly reason: string;
  readonly message: string;
  readonly graceMs: number;
}

/** Tells which obstacles have lasted long enough to be final. */
export interface FailureWatch {
  /**
   * Takes what is in the way now, and gives those that have been there, without a break, for as long as their grace says. What
   * is no longer in the way is forgotten.
   */
  observe(obstacles: readonly Obstacle[], nowMs: number): readonly Obstacle[];
}

/**
 * Counts time by our own looks, not by the cluster's clock. A pod that was in a crash loop before the wait began is given one
 * more try: what it lacked may have come with this deploy.
 */
export function createFailureWatch(): FailureWatch {
  let firstSeen = new Map<string, number>();
  const restartsBefore = new Map<string, number>();
  let isFirstLook = true;
  return {
    observe: (obstacles, nowMs) => {
      const seen = new Map<string, number>();
      const final = obstacles.filter((obstacle) => {
        const { problem } = obstacle;
        const key = keyOf(obstacle);
        const since = firstSeen.get(key) ?? nowMs;
        seen.set(key, since);
        if (problem.kind === 'crash-loop') {
          if (isFirstLook) restartsBefore.set(key, problem.restarts);
          if (problem.restarts <= (restartsBefore.get(key) ?? -1)) return false;
        }
        return nowMs - since >= problem.graceMs;
      });
      firstSeen = seen;
      isFirstLook = false;
      return final;
    },
  };
}

function keyOf({ object, pod, problem }: Obstacle): string {
  return [object, pod, 'container' in problem ? problem.container : '', problem.kind].join(' ');
}
