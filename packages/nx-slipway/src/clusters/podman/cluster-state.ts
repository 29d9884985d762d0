import * as z from 'zod';
import type { SourcedObject } from '../cluster';

const sourcedObject = z.object({
  object: z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  }),
  source: z.string(),
});

const clusterState = z.object({
  schemaVersion: z.literal(1),
  /** IPv4 subnet of the cluster's network. */
  subnet: z.string(),
  /** What each deploy asked for last. */
  owners: z.record(z.string(), z.array(sourcedObject)),
  /** `namespace/pod` to address. */
  addresses: z.record(z.string(), z.string()),
  /** `namespace/service/port` to port of 127.0.0.1. */
  nodePorts: z.record(z.string(), z.number()),
  /** Addresses that podman gives to nobody any more: it holds them for containers that it no longer has. */
  lostAddresses: z.array(z.string()).default([]),
});

/** What a cluster remembers between deploys. Holds Secrets: its file is readable by this user alone. */
export interface ClusterState {
  readonly schemaVersion: 1;
  readonly subnet: string;
  readonly owners: Readonly<Record<string, readonly SourcedObject[]>>;
  readonly addresses: Readonly<Record<string, string>>;
  readonly nodePorts: Readonly<Record<string, number>>;
  readonly lostAddresses: readonly string[];
}

/** A cluster that nothing was deployed to. */
export function emptyState(subnet: string): ClusterState {
  return { schemaVersion: 1, subnet, owners: {}, addresses: {}, nodePorts: {}, lostAddresses: [] };
}

/** Parses a state file; `undefined` when it is not one, whole and of this version. Pure. */
export function parseClusterState(text: string): ClusterState | undefined {
  try {
    return clusterState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
