import * as z from 'zod';
import { podmanLabels } from './podman-labels';

/** A cluster's network as podman tells it. */
export interface ClusterNetwork {
  /** IPv4 subnet. */
  readonly subnet: string;
  /** The machine store of the cluster; `undefined` for a network that is not ours. */
  readonly machineStore: string | undefined;
}

const inspectedNetworks = z
  .array(
    z.object({
      subnets: z.array(z.object({ subnet: z.string() })).min(1),
      labels: z.record(z.string(), z.string()).nullish(),
    }),
  )
  .min(1);

/** Parses `podman network inspect` (netavark; podman 4.3 to 5). Pure. */
export function parseNetwork(json: string): ClusterNetwork | undefined {
  const [network] = inspectedNetworks.parse(JSON.parse(json));
  const subnet = network?.subnets.map((entry) => entry.subnet).find((candidate) => !candidate.includes(':'));
  return subnet === undefined ? undefined : { subnet, machineStore: network?.labels?.[podmanLabels.machineStore] };
}
