import type { Tools } from '../../../exec/tools';

/**
 * Whether Go's clients (golang.org/x/net/http/httpproxy v0.40) would reach a server through a proxy of the environment. In doubt yes:
 * then kubectl decides. Never for this machine itself. Pure.
 */
export function needsProxy(server: string, env: Tools['env']): boolean {
  const { hostname } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return false;
  return Boolean(env['HTTPS_PROXY'] || env['https_proxy']);
}
