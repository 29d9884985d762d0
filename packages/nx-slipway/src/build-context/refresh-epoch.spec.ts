import { HOUR_MS, refreshEpochOf } from './refresh-epoch';

describe('refreshEpochOf', () => {
  const hour = Date.UTC(2026, 10, 24, 5) / HOUR_MS;

  test.each([
    ['1h', 1],
    ['12h', 12],
    ['7d', 168],
    ['2w', 336],
  ])('%s changes once in %i hours', (refresh, hours) => {
    const epochs = Array.from({ length: hours * 3 }, (_, offset) => refreshEpochOf(refresh, hour + offset));
    const changes = epochs.filter((epoch, index) => index > 0 && epoch !== epochs[index - 1]);
    expect(changes.length).toBeGreaterThanOrEqual(2);
    expect(changes.length).toBeLessThanOrEqual(3);
  });

  test.each(['', '7', 'd', '0d', '7 d', '1.5d', '-1d'])('%j is no period', (refresh) => {
    expect(refreshEpochOf(refresh, hour)).toBeUndefined();
  });
});
