import { DEFAULT_ESTIMATE_MIB, estimatePeakMiB, MARGIN, type LearnedPeak } from './estimate-peak';

const peak = (peakMiB: number, more: Partial<LearnedPeak> = {}): LearnedPeak => ({
  peakMiB,
  upperBoundMiB: null,
  recipe: 'one',
  ...more,
});
const withMargin = (peakMiB: number): number => Math.ceil(peakMiB * MARGIN.factor + MARGIN.addedMiB);

describe('estimatePeakMiB', () => {
  it('is a default where nothing is known', () => {
    expect(estimatePeakMiB([])).toBe(DEFAULT_ESTIMATE_MIB);
  });

  it('is the last peak with a margin, whatever the Dockerfile was before', () => {
    expect(estimatePeakMiB([peak(1_000)])).toBe(withMargin(1_000));
    expect(estimatePeakMiB([peak(1_000), peak(900, { recipe: 'two' })])).toBe(withMargin(1_000));
  });

  it('never is more than the kernel’s own account', () => {
    expect(estimatePeakMiB([peak(1_000, { upperBoundMiB: 1_010 })])).toBe(1_010);
  });

  it('remembers a build of all steps over some that found them in the layer cache', () => {
    const cached = Array.from({ length: 5 }, () => peak(40));
    expect(estimatePeakMiB([...cached, peak(6_000)])).toBeGreaterThan(5_000);
  });

  it('comes down as builds go by, and faster when the Dockerfile changes', () => {
    const since = (builds: number, recipe: string): number =>
      estimatePeakMiB([...Array.from({ length: builds }, () => peak(40, { recipe })), peak(6_000)]);
    expect(since(2, 'one')).toBeLessThan(since(1, 'one'));
    expect(since(1, 'two')).toBeLessThan(since(1, 'one'));
    expect(since(10, 'one')).toBe(withMargin(40));
  });
});
