import { decideLease, LEASE_SECONDS, renderLease, type LeaseRecord } from './lease-record';

const lease = (holderIdentity: string, resourceVersion = '1'): LeaseRecord => ({
  metadata: { resourceVersion },
  spec: { holderIdentity },
});

describe('decideLease', () => {
  it('takes one that is not there, or that nobody holds', () => {
    expect(decideLease(undefined, undefined, 0)).toEqual({ action: 'take' });
    expect(decideLease(lease(''), undefined, 0)).toEqual({ action: 'take' });
  });

  it('waits for its holder as long as that renews it, by the own clock', () => {
    const first = decideLease(lease('b'), undefined, 1_000);
    expect(first).toEqual({ action: 'wait', holder: 'b', sighting: { resourceVersion: '1', since: 1_000 } });
    const { sighting } = first as Extract<typeof first, { action: 'wait' }>;
    const limit = 1_000 + LEASE_SECONDS * 1_000;
    expect(decideLease(lease('b'), sighting, limit - 1)).toMatchObject({ action: 'wait', sighting: { since: 1_000 } });
    expect(decideLease(lease('b', '2'), sighting, limit)).toMatchObject({ action: 'wait', sighting: { since: limit } });
    expect(decideLease(lease('b'), sighting, limit)).toEqual({ action: 'take' });
  });
});

describe('renderLease', () => {
  it('asks the server to take it only in place of the version that was seen', () => {
    const request = { owner: 'web', namespace: 'shop', holder: 'a', now: 0 };
    expect(renderLease({ ...request, resourceVersion: '7' })).toMatchObject({
      metadata: { resourceVersion: '7' },
      spec: { holderIdentity: 'a', renewTime: '1970-01-01T00:00:00.000000Z' },
    });
    expect(renderLease(request).metadata).not.toHaveProperty('resourceVersion');
  });
});
