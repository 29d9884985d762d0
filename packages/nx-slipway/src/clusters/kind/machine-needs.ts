/** What keeps a kubelet from running with its defaults on this machine. */
export interface MachineNeeds {
  /** The machine has cgroup v1, which a kubelet refuses from Kubernetes 1.35 on unless it is told not to (KEP-5573). */
  readonly cgroupV1: boolean;
  /** Nodes may not raise limits nor lower OOM scores, as in rootless containers: the kubelet has to tolerate that (KEP-2033). */
  readonly noSysResource: boolean;
}

/** Reads a file of the machine; `undefined` where there is none. */
export type ReadMachineFile = (path: string) => string | undefined;

/** Number of the capability in capability.h of Linux. */
const CAP_SYS_RESOURCE = 24n;

/**
 * Tells what nodes need that run as containers of this machine. Nothing where the machine is not Linux: there they run in a
 * virtual machine. Pure but for `read`.
 */
export function detectMachineNeeds(platform: NodeJS.Platform, read: ReadMachineFile): MachineNeeds {
  if (platform !== 'linux') return { cgroupV1: false, noSysResource: false };
  return {
    // The root of a unified hierarchy has this file (cgroups(7)); a hybrid one has it below `unified` alone.
    cgroupV1: read('/sys/fs/cgroup/cgroup.controllers') === undefined,
    noSysResource: !hasCapability(read('/proc/self/status'), CAP_SYS_RESOURCE),
  };
}

/** Looks at the bounding set, of which a privileged container gets all. */
function hasCapability(status: string | undefined, capability: bigint): boolean {
  const set = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1];
  return set === undefined || ((BigInt(`0x${set}`) >> capability) & 1n) === 1n;
}
