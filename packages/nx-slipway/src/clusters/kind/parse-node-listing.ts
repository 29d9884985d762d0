/** A container that is a node of a kind cluster, or stands before its nodes. */
export interface NodeContainer {
  readonly name: string;
  /** The whole ID. */
  readonly id: string;
  /** As the engine says: `running`, `exited`, `paused`, `created` … */
  readonly state: string;
  /** kind puts a load balancer before several control planes; it takes no images. */
  readonly role: 'control-plane' | 'worker' | 'load-balancer';
  /** Its first process, as the engine's machine numbers it; not given where it does not run, and by docker's listing. */
  readonly pid?: number | undefined;
}

/** The fields that both engines have, as podman 4.3 and docker 20.10 write them. */
interface Listed {
  readonly Id?: string;
  readonly ID?: string;
  readonly Names: string | readonly string[];
  readonly State: string;
  readonly Pid?: number;
}

/** Reads `podman ps --format json` (a list), or `docker ps --format '{{json .}}'` (a line each). Control plane first. Pure. */
export function parseNodeListing(stdout: string, cluster: string): NodeContainer[] {
  const text = stdout.trim();
  const listed: readonly Listed[] = text.startsWith('[')
    ? (JSON.parse(text) as Listed[])
    : text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Listed);
  return listed
    .map(({ Id, ID, Names, State, Pid }) => {
      const name = typeof Names === 'string' ? Names : (Names[0] ?? '');
      return {
        name,
        id: Id ?? ID ?? '',
        state: State.toLowerCase(),
        role: roleOf(name, cluster),
        pid: Pid || undefined,
      };
    })
    .toSorted((one, other) => RANK[one.role] - RANK[other.role] || one.name.localeCompare(other.name, 'en'));
}

/** The nodes that take images and run pods: all but kind's load balancer. Pure. */
export function podNodesOf(containers: readonly NodeContainer[]): readonly NodeContainer[] {
  return containers.filter(({ role }) => role !== 'load-balancer');
}

const RANK = { 'control-plane': 0, worker: 1, 'load-balancer': 2 } as const;

/** kind names nodes by cluster, role and number (kind v0.33, pkg/cluster/internal/providers/common/namer.go). */
function roleOf(name: string, cluster: string): NodeContainer['role'] {
  const rest = name.slice(cluster.length + 1);
  if (rest.startsWith('control-plane')) return 'control-plane';
  return rest.startsWith('external-load-balancer') ? 'load-balancer' : 'worker';
}
