import { SlipwayError } from '../../errors/slipway-error';

/** The first addresses of a subnet are its own number and its gateway; podman hands out from the bottom, we from here. */
const FIRST_OFFSET = 10;

/** What decides the addresses of a cluster's pods. */
export interface AddressQuestion {
  /** IPv4 subnet, e.g. `10.89.3.0/24`. */
  readonly subnet: string;
  /** `namespace/pod` of every pod that is wanted. */
  readonly pods: readonly string[];
  /** Addresses given before; a pod keeps its own. */
  readonly given: ReadonlyMap<string, string>;
  /** Addresses that containers on this network have, whoever's they are. */
  readonly inUse: ReadonlySet<string>;
}

/**
 * Gives each pod an address of its own. A pod keeps its address when it is replaced, so that names of it that others have
 * looked up stay right. Addresses of pods that are no longer wanted become free. Pure.
 * @throws {SlipwayError} CLUSTER_ADDRESSES_EXHAUSTED
 */
export function allocateAddresses({ subnet, pods, given, inUse }: AddressQuestion): Map<string, string> {
  const allocated = new Map(pods.flatMap((pod) => (given.has(pod) ? [[pod, given.get(pod) ?? ''] as const] : [])));
  const taken = new Set([...allocated.values(), ...inUse]);
  const free = freeAddresses(subnet, taken);
  for (const pod of pods) {
    if (allocated.has(pod)) continue;
    const { value, done } = free.next();
    if (done) throw new SlipwayError('CLUSTER_ADDRESSES_EXHAUSTED', { subnet, pods: pods.length });
    allocated.set(pod, value);
  }
  return allocated;
}

/**
 * The hardware address that goes with an IP address. Fixed, so that the neighbour tables of other pods stay right when a pod is
 * replaced under the same address. Locally administered, as Docker derives them.
 */
export function hardwareAddressOf(address: string): string {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['02', '42', ...octets].join(':');
}

function* freeAddresses(subnet: string, taken: ReadonlySet<string>): Generator<string, undefined> {
  const [base = '', prefixLength = '24'] = subnet.split('/');
  const first = base.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
  const count = 2 ** (32 - Number(prefixLength));
  // The last address of a subnet is its broadcast address.
  for (let offset = FIRST_OFFSET; offset < count - 1; offset++) {
    const address = renderAddress(first + offset);
    if (!taken.has(address)) yield address;
  }
  return undefined;
}

function renderAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
