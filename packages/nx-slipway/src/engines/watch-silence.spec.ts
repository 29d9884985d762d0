import type { Clock } from '../exec/tools';
import { SILENCE_MS, watchSilence } from './watch-silence';

/** A clock that stands still until it is told. */
function openFakeClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => resolve());
      }),
    async advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    },
  };
}

describe('watchSilence', () => {
  it('tells after a minute, and then after twice as long each time', async () => {
    const clock = openFakeClock();
    const told: number[] = [];
    const watch = watchSilence(clock, (ms) => told.push(ms));
    for (let second = 0; second < 5 * 60; second += 10) await clock.advance(10_000);
    watch.stop();
    expect(told).toEqual([SILENCE_MS, 2 * SILENCE_MS, 4 * SILENCE_MS]);
  });

  it('begins anew with each line, and ends with the build', async () => {
    const clock = openFakeClock();
    const told: number[] = [];
    const watch = watchSilence(clock, (ms) => told.push(ms));
    for (let second = 0; second < 50; second += 10) await clock.advance(10_000);
    watch.heard();
    for (let second = 0; second < 50; second += 10) await clock.advance(10_000);
    expect(told).toEqual([]);
    await clock.advance(10_000);
    expect(told).toEqual([SILENCE_MS]);
    watch.stop();
    await clock.advance(SILENCE_MS * 10);
    expect(told).toEqual([SILENCE_MS]);
  });
});
