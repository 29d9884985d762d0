import type { RenderedProbe } from './rendered-pod';

/** How far a container's probes are. */
export interface ProbeProgress {
  readonly started: boolean;
  /** Successes of the readiness probe in a row. */
  readonly successes: number;
}

/** The probes of a container. */
export interface ProbePair {
  readonly startupProbe?: RenderedProbe;
  readonly readinessProbe?: RenderedProbe;
}

/** A container without probes is ready when its process has lived so long. */
export const STEADY_MS = 500;

/** Pause between two probes while a deploy waits: the kubelet's period is made for months, not for a deploy. */
export const PROBE_PAUSE_MS = { first: 100, longest: 1_000, growth: 1.5 } as const;

/** The probe that is due: the startup probe until it has succeeded, then the readiness probe; `undefined` when all is done. Pure. */
export function nextProbe(probes: ProbePair, progress: ProbeProgress): RenderedProbe | undefined {
  if (probes.startupProbe && !progress.started) return probes.startupProbe;
  return isProbedReady(probes, progress) ? undefined : probes.readinessProbe;
}

/** Progress after a probe's result. Pure. */
export function recordProbe(probes: ProbePair, progress: ProbeProgress, succeeded: boolean): ProbeProgress {
  if (probes.startupProbe && !progress.started) return { started: succeeded, successes: 0 };
  return { started: true, successes: succeeded ? progress.successes + 1 : 0 };
}

/** Whether every probe has succeeded as often as it must. Pure. */
export function isProbedReady({ startupProbe, readinessProbe }: ProbePair, progress: ProbeProgress): boolean {
  if (startupProbe && !progress.started) return false;
  return !readinessProbe || progress.successes >= readinessProbe.successThreshold;
}

/** How long a startup probe may take in all; the kubelet kills the container after that. Pure. */
export function startupBudgetMs({ initialDelayMs, periodMs, failureThreshold }: RenderedProbe): number {
  return initialDelayMs + periodMs * failureThreshold;
}

/** The pause before the next probe: growing, and never longer than the probe's own period. Pure. */
export function nextPauseMs(pauseMs: number, probe: RenderedProbe | undefined): number {
  const longest = Math.min(PROBE_PAUSE_MS.longest, probe?.periodMs ?? PROBE_PAUSE_MS.longest);
  return Math.min(longest, pauseMs * PROBE_PAUSE_MS.growth);
}
