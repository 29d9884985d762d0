import type { Redirect } from './resolve-services';

/**
 * Renders the whole nat table of a pod's network namespace for `iptables-restore`: nobody else writes there, so replacing it is
 * idempotent. PREROUTING serves other pods and published ports, OUTPUT the pod itself. Pure.
 */
export function renderRedirectRules(address: string, redirects: readonly Redirect[]): string {
  const rules = redirects.flatMap(({ protocol, port, targetPort }) =>
    ['PREROUTING', 'OUTPUT'].map(
      (chain) =>
        `-A ${chain} -d ${address}/32 -p ${protocol.toLowerCase()} --dport ${port} -j REDIRECT --to-ports ${targetPort}`,
    ),
  );
  const chains = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((chain) => `:${chain} ACCEPT [0:0]`);
  return ['*nat', ...chains, ...rules, 'COMMIT', ''].join('\n');
}
