import { isCrashLoop } from './crash-loop';
import { isProbedReady, nextPauseMs, nextProbe, recordProbe } from './probe-progress';
import type { RenderedProbe } from './rendered-pod';

const probe = (values: Partial<RenderedProbe> = {}): RenderedProbe => ({
  action: { kind: 'tcp', port: 80 },
  initialDelayMs: 0,
  periodMs: 10_000,
  timeoutMs: 1_000,
  failureThreshold: 3,
  successThreshold: 1,
  ...values,
});
const nothing = { started: false, successes: 0 };

describe('probes while a deploy waits', () => {
  it('run the startup probe until it succeeds, then the readiness probe', () => {
    const probes = { startupProbe: probe(), readinessProbe: probe({ periodMs: 1 }) };
    expect(nextProbe(probes, nothing)).toBe(probes.startupProbe);
    const stillStarting = recordProbe(probes, nothing, false);
    expect(nextProbe(probes, stillStarting)).toBe(probes.startupProbe);
    const started = recordProbe(probes, stillStarting, true);
    expect(nextProbe(probes, started)).toBe(probes.readinessProbe);
    expect(isProbedReady(probes, started)).toBe(false);
    expect(isProbedReady(probes, recordProbe(probes, started, true))).toBe(true);
  });

  it('count successes in a row', () => {
    const probes = { readinessProbe: probe({ successThreshold: 2 }) };
    const once = recordProbe(probes, nothing, true);
    expect(isProbedReady(probes, once)).toBe(false);
    expect(isProbedReady(probes, recordProbe(probes, recordProbe(probes, once, false), true))).toBe(false);
    expect(isProbedReady(probes, recordProbe(probes, once, true))).toBe(true);
  });

  it('pause longer each time, and never longer than the probe’s period', () => {
    expect(nextPauseMs(100, probe())).toBe(150);
    expect(nextPauseMs(900, probe())).toBe(1_000);
    expect(nextPauseMs(900, probe({ periodMs: 500 }))).toBe(500);
  });
});

describe('isCrashLoop', () => {
  it('needs several ends and some time', () => {
    expect(isCrashLoop(2, 60_000)).toBe(false);
    expect(isCrashLoop(30, 2_000)).toBe(false);
    expect(isCrashLoop(3, 10_000)).toBe(true);
  });
});
