import type { KubernetesObject } from '../../cluster';
import { annotations, inventoryNameOf, OWNER_LABEL, ownerLabelOf } from './ownership';

/** A holder that has not renewed its Lease for so long is taken for dead. */
export const LEASE_SECONDS = 30;

/** A Lease as the server gives it; what matters of it. */
export interface LeaseRecord {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec?: { readonly holderIdentity?: string };
}

/** What somebody has seen of a Lease, by an own clock: those of two machines differ. */
export interface LeaseSighting {
  readonly resourceVersion: string;
  /** Milliseconds, when the Lease was first seen in this version. */
  readonly since: number;
}

/** The Lease of an owner. With a resource version the server takes it only in place of that one. Pure. */
export function renderLease(request: {
  readonly owner: string;
  readonly namespace: string;
  /** Nobody: empty. */
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly resourceVersion?: string | undefined;
}): KubernetesObject {
  const { owner, namespace, holder, now, resourceVersion } = request;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: inventoryNameOf(owner),
      namespace,
      labels: { [OWNER_LABEL]: ownerLabelOf(owner), 'app.kubernetes.io/managed-by': 'nx-slipway' },
      annotations: { [annotations.project]: owner },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_SECONDS,
      // The server wants microseconds.
      renewTime: new Date(now).toISOString().replace(/Z$/, '000Z'),
    },
  };
}

/** What to do about a Lease: take it, or look again. As client-go's leader election does, by the own clock alone (client-go 0.34). Pure. */
export function decideLease(
  lease: LeaseRecord | undefined,
  before: LeaseSighting | undefined,
  now: number,
):
  { readonly action: 'take' } | { readonly action: 'wait'; readonly holder: string; readonly sighting: LeaseSighting } {
  const holder = lease?.spec?.holderIdentity;
  if (!lease || !holder) return { action: 'take' };
  const { resourceVersion } = lease.metadata;
  const sighting = before?.resourceVersion === resourceVersion ? before : { resourceVersion, since: now };
  return now - sighting.since >= LEASE_SECONDS * 1_000 ? { action: 'take' } : { action: 'wait', holder, sighting };
}
