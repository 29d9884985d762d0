import { openOomKillCounter } from './oom-kills';

const vmstat = (count: number): string => `nr_free_pages 1\noom_kill ${count}\nnuma_hit 2\n`;

describe('openOomKillCounter', () => {
  it('counts from the moment when it was opened', () => {
    const counts = [5, 7];
    expect(openOomKillCounter(() => vmstat(counts.shift() ?? 0)).countSince()).toBe(2);
  });

  it.each([
    ['there is no /proc', undefined],
    ['the kernel does not count', 'nr_free_pages 1\n'],
  ])('does not know where %s', (_title, text) => {
    expect(openOomKillCounter(() => text).countSince()).toBeUndefined();
  });
});
