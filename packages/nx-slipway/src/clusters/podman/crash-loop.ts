/** A container may end a few times before what it needs is there; podman restarts it at once, without Kubernetes' growing pauses. */
export const CRASH_LOOP = { restarts: 3, afterMs: 10_000 } as const;

/** Whether a container that has ended so often, so long after its start, will not come up. Pure. */
export function isCrashLoop(restarts: number, sinceStartMs: number): boolean {
  return restarts >= CRASH_LOOP.restarts && sinceStartMs >= CRASH_LOOP.afterMs;
}
