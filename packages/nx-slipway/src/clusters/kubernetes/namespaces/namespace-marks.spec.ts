import { renderNamespaceObject } from './ensure-namespace';
import { expiryOf, isOurs, parseTimeToLive, type NamespaceObject } from './namespace-marks';

const DAY_MS = 86_400_000;
const now = Date.parse('2026-01-01T00:00:00Z');
const ours = renderNamespaceObject(
  { namespace: 'pr-1', workspace: '@acme/shop', user: 'Ada L.', timeToLive: '2d' },
  new Date(now),
) as NamespaceObject;

describe('the marks of a namespace', () => {
  it('are labels that Kubernetes takes, and say how long it lives', () => {
    expect(isOurs(ours)).toBe(true);
    for (const value of Object.values(ours.metadata.labels ?? {}))
      expect(value).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(expiryOf(ours)).toBe(now + 2 * DAY_MS);
  });

  it('never let a namespace go that is not ours, or whose marks cannot be read', () => {
    const { metadata } = ours;
    expect(expiryOf({ metadata: { ...metadata, labels: {} } })).toBeUndefined();
    expect(
      expiryOf({ metadata: { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'nx-slipway' } } }),
    ).toBeUndefined();
    expect(expiryOf({ metadata: { ...metadata, annotations: {} } })).toBeUndefined();
    const annotations = { 'nx-slipway.io/time-to-live': 'for ever', 'nx-slipway.io/used-at': '2020-01-01' };
    expect(expiryOf({ metadata: { ...metadata, annotations } })).toBeUndefined();
  });

  it('count in hours and days', () => {
    expect(parseTimeToLive('12h')).toBe(DAY_MS / 2);
    expect(parseTimeToLive('7d')).toBe(7 * DAY_MS);
    for (const text of ['', '7', '7w', '-1d', '0h', '1.5d']) expect(parseTimeToLive(text)).toBeUndefined();
  });
});
