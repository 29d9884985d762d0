/** Why podman did not do what it was asked, as far as its output tells. */
export type PodmanProblem =
  | { readonly kind: 'port-in-use'; readonly port: number }
  | { readonly kind: 'address-in-use'; readonly address: string }
  | { readonly kind: 'name-in-use' }
  | { readonly kind: 'network-unknown' }
  | { readonly kind: 'image-unknown'; readonly image: string }
  | { readonly kind: 'limits-refused'; readonly reason: string }
  | { readonly kind: 'container-not-started'; readonly reason: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'unknown' };

/** Recognises what podman 4.3 to 5 with runc or crun prints. Recorded outputs are in the unit test. Pure. */
export function recognizePodmanProblem(output: string): PodmanProblem {
  const port =
    /(?:cannot listen on the \w+ port: |listen (?:tcp|udp)\S* )\S*?:(\d+): bind: address already in use/.exec(output);
  if (port) return { kind: 'port-in-use', port: Number(lastListenPort(output) ?? port[1]) };
  const address = /IPAM error: requested ip address (\S+) is already allocated/.exec(output);
  if (address) return { kind: 'address-in-use', address: address[1] ?? '' };
  if (/name "[^"]+" is in use|already in use by|pod already exists|volume already exists/.test(output)) {
    return { kind: 'name-in-use' };
  }
  if (/Error: .*\bnetwork not found\s*$/m.test(output)) return { kind: 'network-unknown' };
  const image = /Error: ([^\s:]\S*): image not known/.exec(output);
  if (image) return { kind: 'image-unknown', image: image[1] ?? '' };
  // The process whose namespaces the container was to join ended at that moment (runc 1.1): nothing about the container itself.
  if (output.includes("can't get final child's PID from pipe")) return { kind: 'interrupted' };
  const start = /(?:unable to start container process: |OCI runtime error: |crun: )(.+)/.exec(output);
  if (start) {
    const reason = (start[1] ?? '').replace(/: OCI (?:runtime|permission) .*$/, '');
    return { kind: /rlimit/i.test(reason) ? 'limits-refused' : 'container-not-started', reason };
  }
  return { kind: 'unknown' };
}

function lastListenPort(output: string): string | undefined {
  return /listen (?:tcp|udp)\S* \S*?:(\d+): bind/.exec(output)?.[1];
}
